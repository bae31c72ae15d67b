package sim

import (
	"slices"

	"github.com/quatre-ppl/quatre/sim/internal/slab"
)

// Claim names a request for units of a resource, for an amount of a container,
// for an item of a store or for a signal, from the moment it is made until it
// is given up. The zero Claim names none.
type Claim uint64

type claimState uint8

const (
	unused claimState = iota
	waiting
	granted
)

// sort says what a claim is for.
type sort uint8

const (
	forUnits  sort = iota // of resource place
	forPut                // into container place
	forGet                // from container place
	forStore              // room in store place for item
	forItem               // from store place
	forSignal             // signal place
)

// claim is the record of a Claim.
type claim struct {
	generation uint32
	state      claimState
	sort       sort
	flags      Flags
	priority   int32
	place      int32
	owner      ID
	kind       int32 // of the event at the grant
	lost       int32 // kind of the event when units are lost, or -1
	kin        int32 // the next of those claimed together, in a ring; 0 for none
	arg        uint64
	amount     float64
	since      float64 // of the present state
	// prev and next link the claims of a queue, or the holders of a resource;
	// next also links unused records.
	prev, next int32
}

// claims is the table of all claims. Record 0 is not used.
type claims struct {
	table []claim
	free  int32
	items map[int32]any            // of claims of stores: what is put or was got
	match map[int32]func(any) bool // of claims of stores: which item will do
}

// Flags are the properties of a claim.
type Flags uint8

const (
	// Preempts lets a claim take units from claims of lower priority (of a
	// higher number), the lowest first and among equals the latest.
	Preempts Flags = 1 << iota
	// Timed tells the search for deadlocks that the owner gives up waiting by
	// itself.
	Timed
	// hadUnits marks a claim that was granted before.
	hadUnits Flags = 1 << 7
)

// Request is a claim that is to be made.
type Request struct {
	// Owner gets an event when the claim is granted later, with Kind and Arg.
	Owner ID
	Kind  int32
	Arg   uint64
	// Priority orders the queue: the lowest number first.
	Priority int32
	// Lost is the kind of the event that Owner gets when units are taken from
	// it; negative for none. A Claimant is told by its method instead.
	Lost  int32
	Flags Flags
}

// claim makes a record that is waiting since now.
func (c *Context) claim(s sort, place int32, amount float64, r Request) int32 {
	if int(r.Owner) >= len(c.entities) || r.Kind < 0 {
		c.badEvent(0, r.Owner, r.Kind)
	}
	t := &c.claims
	k := t.free
	if k == 0 {
		if len(t.table) == 0 {
			t.table = append(t.table, claim{})
		}
		k = int32(len(t.table))
		t.table = slab.Append(t.table, claim{generation: 1})
	} else {
		t.free = t.table[k].next
	}
	p := &t.table[k]
	p.state, p.sort, p.place, p.amount = waiting, s, place, amount
	p.owner, p.kind, p.lost, p.arg = r.Owner, r.Kind, r.Lost, r.Arg
	p.priority, p.flags = r.Priority, r.Flags
	p.since, p.prev, p.next, p.kin = c.now, 0, 0, 0
	return k
}

// drop ends a claim.
func (t *claims) drop(k int32) {
	p := &t.table[k]
	p.state = unused
	p.generation++
	p.next = t.free
	t.free = k
}

// name returns the Claim of record k.
func (t *claims) name(k int32) Claim { return Claim(t.table[k].generation)<<32 | Claim(uint32(k)) }

// find returns the record of a claim, nil if it has ended.
func (t *claims) find(cl Claim) *claim {
	k := uint32(cl)
	if k == 0 || int(k) >= len(t.table) {
		return nil
	}
	p := &t.table[k]
	if p.generation != uint32(cl>>32) || p.state == unused {
		return nil
	}
	return p
}

// Held reports whether a claim has been granted and still stands.
func (c *Context) Held(cl Claim) bool {
	p := c.claims.find(cl)
	return p != nil && p.state == granted
}

// Waiting reports whether a claim is in a queue.
func (c *Context) Waiting(cl Claim) bool {
	p := c.claims.find(cl)
	return p != nil && p.state == waiting
}

// notify schedules the event of a grant.
func (c *Context) notify(p *claim) { c.Schedule(0, p.owner, p.kind, p.arg) }

// Withdraw takes back a claim that is waiting: a customer reneges. It returns
// false if the claim was granted or has ended.
func (c *Context) Withdraw(cl Claim) bool {
	p := c.claims.find(cl)
	if p == nil || p.state != waiting {
		return false
	}
	k := int32(uint32(cl))
	switch p.sort {
	case forUnits:
		if p.isJoint() {
			c.withdrawJoint(k)
			return true
		}
		r := &c.resources[p.place]
		c.leaveQueue(r, k)
		r.reneged++
		c.observe(Reneged, p.owner, p.arg, r.name, 0)
		place := Resource(p.place)
		if p.kin != 0 {
			c.claims.leaveKin(k)
		}
		c.claims.drop(k)
		c.wake(place)
		if r.line != 0 {
			c.rebalance(r.line)
		}
	case forPut, forGet:
		q := &c.containers[p.place]
		q.queueOf(p.sort).remove(c.claims.table, k)
		place := p.place
		c.claims.drop(k)
		c.settleContainer(place)
	case forStore, forItem:
		st := &c.stores[p.place]
		st.queueOf(p.sort).remove(c.claims.table, k)
		place := p.place
		c.forget(k)
		c.settleStore(place)
	case forSignal:
		c.signals[p.place].queue.remove(c.claims.table, k)
		c.claims.drop(k)
	}
	return true
}

func (t *claims) clone() claims {
	d := claims{table: slices.Clone(t.table), free: t.free}
	for k, v := range t.items {
		d.putItem(k, v)
	}
	for k, v := range t.match {
		if d.match == nil {
			d.match = map[int32]func(any) bool{}
		}
		d.match[k] = v
	}
	return d
}
