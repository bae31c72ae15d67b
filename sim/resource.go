package sim

import (
	"math"

	"github.com/quatre-ppl/quatre/sim/stat"
)

// Resource is the number of a resource: so many equal units, of servers,
// machines or beds, that claims hold and others queue for.
type Resource int32

// resource is the state behind a Resource.
type resource struct {
	name  string
	queue queue
	// base is the capacity by schedule, down the units that are broken.
	base, down, busy int
	// most is the largest capacity there ever was: a claim of more is a
	// mistake.
	most    int
	holders int32 // the latest claim that holds units; linked by next
	breaks  bool  // units that are away take claims with them
	changes bool  // the capacity changes, so that waiting may help
	limited bool  // somebody has turned away from the queue, or may lose patience in it

	inQueue, inUse, capacity stat.Level
	wait                     stat.Tally // until the first grant of a claim
	interruption             stat.Tally // from the loss of units to the next grant
	served, reneged, lost    uint64
	requested                uint64
	line                     int32 // the group among whose lines claims change, 0 for none
	wear                     int32 // of Context.wears, from 1; 0 for none
	joints                   int   // parts of joint claims in the queue
	little                   little
}

// units returns the capacity.
func (r *resource) units() int { return max(0, r.base-r.down) }

// Resource adds a resource with a number of units.
func (c *Context) Resource(name string, capacity int) Resource {
	c.checkName("resource", name)
	c.checkNumber("the capacity", name, float64(capacity), 0)
	c.resources = another(c.resources)
	p := &c.resources[len(c.resources)-1]
	p.name, p.base, p.most = name, capacity, capacity
	p.inQueue, p.inUse, p.capacity = stat.NewLevel(c.now, 0), stat.NewLevel(c.now, 0), stat.NewLevel(c.now, float64(capacity))
	return Resource(len(c.resources) - 1)
}

// Seize claims units of a resource. If the claim is granted at once, held is
// true and no event comes; else the request's owner gets its event when it is
// granted, and meanwhile the claim waits in the queue: behind claims of lower
// or equal priority numbers, before those of higher ones. The first in the
// queue is never overtaken by one behind it that would need fewer units.
func (c *Context) Seize(r Resource, amount int, req Request) (cl Claim, held bool) {
	p := &c.resources[r]
	if amount < 1 || amount > p.most {
		c.fail("%s claims %d units of resource %q: want 1 to its capacity of %d", c.who(req.Owner, req.Arg), amount, p.name, p.most)
	}
	p.requested++
	k := c.claim(forUnits, int32(r), float64(amount), req)
	ahead := p.queue.first()
	if p.joints > 0 {
		ahead = c.blocker(p, 0)
	}
	if (ahead == 0 || c.claims.table[ahead].priority > req.Priority) && c.makeRoom(p, k) {
		c.hold(p, k)
		return c.claims.name(k), true
	}
	p.little.enter(c.now)
	p.queue.push(c.claims.table, k, false)
	p.inQueue.Raise(c.now, 1)
	if c.observer != nil {
		c.observe(Queued, req.Owner, req.Arg, p.name, float64(p.queue.n))
	}
	p.limited = p.limited || req.Flags&Timed != 0
	cl = c.claims.name(k)
	if p.line != 0 {
		c.rebalance(p.line)
	}
	return cl, false
}

// makeRoom reports whether there are units for claim k; for a claim that
// preempts it takes them from others.
func (c *Context) makeRoom(p *resource, k int32) bool {
	need := int(c.claims.table[k].amount)
	free := p.units() - p.busy
	if need <= free {
		return true
	}
	if c.claims.table[k].flags&Preempts == 0 || need > p.units() {
		return false
	}
	priority := c.claims.table[k].priority
	takeable := 0
	for h := p.holders; h != 0; h = c.claims.table[h].next {
		if q := &c.claims.table[h]; q.priority > priority {
			takeable += int(q.amount)
		}
	}
	if free+takeable < need {
		return false
	}
	for p.units()-p.busy < need {
		c.preempt(p, c.victim(p, priority))
	}
	return true
}

// victim returns the holder of the highest priority number above priority, the
// latest among equals; 0 if there is none.
func (c *Context) victim(p *resource, priority int32) (v int32) {
	for h := p.holders; h != 0; h = c.claims.table[h].next {
		if q := &c.claims.table[h]; q.priority > priority {
			v, priority = h, q.priority
		}
	}
	return v
}

// hold gives claim k, which is in no queue any more, its units.
func (c *Context) hold(p *resource, k int32) {
	q := &c.claims.table[k]
	q.state = granted
	wait := c.now - q.since
	q.since = c.now
	q.prev, q.next = 0, p.holders
	if p.holders != 0 {
		c.claims.table[p.holders].prev = k
	}
	p.holders = k
	p.busy += int(q.amount)
	p.inUse.Raise(c.now, q.amount)
	if p.wear != 0 {
		c.worn(p.wear)
	}
	if q.flags&hadUnits == 0 {
		q.flags |= hadUnits
		p.served++
		if !p.wait.Keep(wait) {
			p.wait.Record(wait)
		}
	} else {
		p.interruption.Record(wait)
	}
	if c.observer != nil {
		c.observe(Seized, q.owner, q.arg, p.name, q.amount)
	}
}

// unlink takes a claim from the list of the holders.
func (p *resource) unlink(t []claim, q *claim) {
	if q.prev != 0 {
		t[q.prev].next = q.next
	} else {
		p.holders = q.next
	}
	if q.next != 0 {
		t[q.next].prev = q.prev
	}
}

// unhold takes its units from a claim.
func (c *Context) unhold(p *resource, q *claim) {
	p.unlink(c.claims.table, q)
	p.busy -= int(q.amount)
	p.inUse.Lower(c.now, q.amount)
	if p.wear != 0 {
		c.worn(p.wear)
	}
}

// preempt takes the units of claim k and puts it at the front of its line.
func (c *Context) preempt(p *resource, k int32) {
	q := &c.claims.table[k]
	c.unhold(p, q)
	q.state, q.since = waiting, c.now
	p.lost++
	p.little.enter(c.now)
	p.queue.push(c.claims.table, k, true)
	p.inQueue.Set(c.now, float64(p.queue.n))
	c.observe(Preempted, q.owner, q.arg, p.name, q.amount)
	owner, arg, lost := q.owner, q.arg, q.lost
	if m, ok := c.entities[owner].(Claimant); ok {
		m.Preempted(c, c.claims.name(k), arg)
	} else if lost >= 0 {
		c.Schedule(0, owner, lost, arg)
	}
}

// leaveQueue takes waiting claim k out of the queue of p.
func (c *Context) leaveQueue(p *resource, k int32) {
	p.queue.remove(c.claims.table, k)
	p.inQueue.Set(c.now, float64(p.queue.n))
	p.little.leave(c.now)
}

// wake grants claims from the front of the queue as long as there are units.
func (c *Context) wake(r Resource) {
	p := &c.resources[r]
	for p.queue.n > 0 {
		if p.joints > 0 {
			if !c.wakeJoint(p) {
				return
			}
			continue
		}
		k := p.queue.first()
		q := &c.claims.table[k]
		if free := p.units() - p.busy; int(q.amount) > free && (q.flags&Preempts == 0 || !c.makeRoom(p, k)) {
			return
		}
		p.queue.remove(c.claims.table, k)
		p.inQueue.Lower(c.now, 1)
		p.little.leave(c.now)
		c.hold(p, k)
		c.notify(&c.claims.table[k])
	}
}

// Release gives back what a claim holds. A claim that was preempted and waits
// may be released too: it leaves the queue.
func (c *Context) Release(cl Claim) {
	q := c.claims.find(cl)
	if q == nil || q.sort != forUnits {
		c.fail("a claim is released that is not held: it was released or withdrawn before, or never made")
	}
	k := int32(uint32(cl))
	r := Resource(q.place)
	p := &c.resources[r]
	switch {
	case q.state == granted:
		// As unhold does, without a call.
		p.unlink(c.claims.table, q)
		p.busy -= int(q.amount)
		p.inUse.Lower(c.now, q.amount)
		if p.wear != 0 {
			c.worn(p.wear)
		}
	case q.flags&hadUnits != 0:
		c.leaveQueue(p, k)
	default:
		c.fail("%s releases units of resource %q that it is still waiting for: Withdraw ends a wait", c.who(q.owner, q.arg), p.name)
	}
	if c.observer != nil {
		c.observe(Released, q.owner, q.arg, p.name, q.amount)
	}
	if q.kin != 0 {
		c.claims.leaveKin(k)
	}
	wasHeld := q.state == granted
	c.claims.drop(k)
	if p.wear != 0 && wasHeld {
		c.countUse(p.wear)
	}
	if p.queue.n > 0 {
		c.wake(r)
	}
	if p.line != 0 {
		c.rebalance(p.line)
	}
}

// SetCapacity changes the number of units by schedule. More units wake the
// queue; claims that hold units which are no more keep them until they release
// them, unless the resource is Preemptible.
func (c *Context) SetCapacity(r Resource, capacity int) {
	p := &c.resources[r]
	if capacity < 0 {
		c.fail("the capacity of resource %q becomes %d: want it ≥ 0", p.name, capacity)
	}
	p.base = capacity
	c.resize(r)
}

// Break takes units out of service, or brings them back if the number is
// negative: a breakdown and its repair.
func (c *Context) Break(r Resource, units int) {
	c.resources[r].down += units
	c.resize(r)
}

// resize makes a new capacity effective.
func (c *Context) resize(r Resource) {
	p := &c.resources[r]
	p.changes = true
	p.most = max(p.most, p.base)
	p.capacity.Set(c.now, float64(p.units()))
	c.observe(Resized, 0, 0, p.name, float64(p.units()))
	for p.breaks && p.busy > p.units() {
		c.preempt(p, c.victim(p, math.MinInt32))
	}
	c.wake(r)
	if p.line != 0 {
		c.rebalance(p.line)
	}
}

// Preemptible says that units which go out of service take their claims with
// them: these wait at the front of the queue.
func (c *Context) Preemptible(r Resource) { c.resources[r].breaks = true }

// Capacity returns the number of units in service.
func (c *Context) Capacity(r Resource) int { return c.resources[r].units() }

// Busy returns the number of units that are held.
func (c *Context) Busy(r Resource) int { return c.resources[r].busy }

// Free returns the number of units that could be granted at once.
func (c *Context) Free(r Resource) int {
	p := &c.resources[r]
	return max(0, p.units()-p.busy)
}

// QueueLength returns the number of claims that wait for a resource.
func (c *Context) QueueLength(r Resource) int { return c.resources[r].queue.n }

// ResourceName returns the name of a resource.
func (c *Context) ResourceName(r Resource) string { return c.resources[r].name }

// reset begins the measurements anew.
func (p *resource) reset(now float64) {
	p.inQueue.Reset(now)
	p.inUse.Reset(now)
	p.capacity.Reset(now)
	p.wait.Reset()
	p.interruption.Reset()
	p.served, p.reneged, p.lost, p.requested = 0, 0, 0, 0
}
