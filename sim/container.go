package sim

import "github.com/quatre-ppl/quatre/sim/stat"

// Container is the number of a container: an amount of something that can be
// put in and got out in any portions, such as fuel or stock.
type Container int32

type container struct {
	name       string
	capacity   float64
	puts, gets queue
	level      stat.Level
	waits      stat.Tally
}

// queueOf returns the queue of a sort of claim.
func (p *container) queueOf(s sort) *queue {
	if s == forPut {
		return &p.puts
	}
	return &p.gets
}

// Container adds a container of the given capacity, which may be +Inf, with an
// initial amount.
func (c *Context) Container(name string, capacity, initial float64) Container {
	c.checkName("container", name)
	c.checkNumber("the initial amount", name, initial, 0)
	if !(initial <= capacity) {
		c.reject("the initial amount of %q is %v, more than its capacity of %v", name, initial, capacity)
	}
	c.containers = append(c.containers, container{name: name, capacity: capacity, level: stat.NewLevel(c.now, initial)})
	return Container(len(c.containers) - 1)
}

// Put claims to add an amount to a container. It is granted when there is room
// and nobody of the same or lower priority number waits to put; held is true if
// that is at once, else the request's owner gets its event later. The amount is
// in the container from then on, and the claim has ended: Held is false.
func (c *Context) Put(ct Container, amount float64, req Request) (cl Claim, held bool) {
	return c.enterContainer(forPut, ct, amount, &req)
}

// Get claims to take an amount out of a container; as Put.
func (c *Context) Get(ct Container, amount float64, req Request) (cl Claim, held bool) {
	return c.enterContainer(forGet, ct, amount, &req)
}

func (c *Context) enterContainer(s sort, ct Container, amount float64, req *Request) (Claim, bool) {
	p := &c.containers[ct]
	if !(amount > 0 && amount <= p.capacity) {
		c.fail("%s moves an amount of %v in container %q: want it > 0 and at most the capacity of %v",
			c.who(req.Owner, req.Arg), amount, p.name, p.capacity)
	}
	k := c.claim(s, int32(ct), amount, *req)
	q := p.queueOf(s)
	q.push(c.claims.table, k, false)
	name := c.claims.name(k)
	// A claim that is granted here needs no event.
	c.claims.table[k].state = granted
	c.settleContainer(int32(ct))
	if c.claims.find(name) == nil {
		return name, true
	}
	c.claims.table[k].state = waiting
	return name, false
}

// settleContainer grants what can be granted: puts and gets from the front of
// their queues, in turns until neither can.
func (c *Context) settleContainer(ct int32) {
	p := &c.containers[ct]
	for {
		put, get := p.puts.first(), p.gets.first()
		switch t := c.claims.table; {
		case put != 0 && p.level.Value()+t[put].amount <= p.capacity:
			c.finishContainer(p, put, t[put].amount)
		case get != 0 && p.level.Value() >= t[get].amount:
			c.finishContainer(p, get, -t[get].amount)
		default:
			return
		}
	}
}

// finishContainer carries out claim k.
func (c *Context) finishContainer(p *container, k int32, difference float64) {
	q := &c.claims.table[k]
	p.queueOf(q.sort).remove(c.claims.table, k)
	p.level.Add(c.now, difference)
	p.waits.Record(c.now - q.since)
	if q.state == waiting {
		c.notify(q)
	}
	c.claims.drop(k)
}

// Amount returns what a container holds.
func (c *Context) Amount(ct Container) float64 { return c.containers[ct].level.Value() }

// ContainerName returns the name of a container.
func (c *Context) ContainerName(ct Container) string { return c.containers[ct].name }
