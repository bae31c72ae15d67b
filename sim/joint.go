package sim

// Need is a part of a joint claim: so many units of a resource.
type Need struct {
	Resource Resource
	Units    int
}

// SeizeAll claims units of several resources together: they are granted at the
// same moment or not at all, and nothing is held meanwhile. It appends a Claim
// for each need to dst; each is released by itself. held is true if they are
// granted at once, else the request's owner gets one event. Withdrawing one of
// them before that withdraws all. A joint claim cannot preempt.
//
// While it waits the claim has its place in the queue of each resource. Where
// there are too few units for it, those behind it wait, as behind any other
// claim; where only another resource keeps it waiting, they may pass, so it may wait
// for as long as they come. What a release or a withdrawal lets go on is looked for
// in one resource after the other: of two joint claims that it serves, the later one
// may be granted first.
func (c *Context) SeizeAll(dst []Claim, needs []Need, req Request) (claims []Claim, held bool) {
	if len(needs) == 0 || req.Flags&Preempts != 0 {
		c.fail("%s makes a joint claim of %d parts: want at least one, and it cannot preempt", c.who(req.Owner, req.Arg), len(needs))
	}
	first, last := int32(0), int32(0)
	for i, need := range needs {
		p := &c.resources[need.Resource]
		if need.Units < 1 || need.Units > p.most {
			c.fail("%s claims %d units of resource %q: want 1 to its capacity of %d", c.who(req.Owner, req.Arg), need.Units, p.name, p.most)
		}
		for _, other := range needs[:i] {
			if other.Resource == need.Resource {
				c.fail("%s claims resource %q twice at once: want its units in one need", c.who(req.Owner, req.Arg), p.name)
			}
		}
		p.requested++
		k := c.claim(forUnits, int32(need.Resource), float64(need.Units), req)
		p.little.enter(c.now)
		p.limited = p.limited || req.Flags&Timed != 0
		p.queue.push(c.claims.table, k, false)
		p.joints++
		if first == 0 {
			first = k
		} else {
			c.claims.table[last].kin = k
		}
		last = k
		c.claims.table[k].kin = first
		dst = append(dst, c.claims.name(k))
	}
	if c.jointServable(first) {
		c.grantJoint(first)
		return dst, true
	}
	for k, more := first, true; more; more = k != first {
		q := &c.claims.table[k]
		p := &c.resources[q.place]
		p.inQueue.Set(c.now, float64(p.queue.n))
		c.observe(Queued, q.owner, q.arg, p.name, float64(p.queue.n))
		k = q.kin
	}
	return dst, false
}

// Together appends the claims that were made together with cl by SeizeAll and
// still stand, cl first; for any other claim, cl alone.
func (c *Context) Together(dst []Claim, cl Claim) []Claim {
	p := c.claims.find(cl)
	if p == nil {
		return dst
	}
	dst = append(dst, cl)
	for k := p.kin; k != 0 && k != int32(uint32(cl)); k = c.claims.table[k].kin {
		dst = append(dst, c.claims.name(k))
	}
	return dst
}

// isJoint reports whether claim q is part of a joint claim that waits for its
// first grant.
func (q *claim) isJoint() bool { return q.kin != 0 && q.flags&hadUnits == 0 }

// jointServable reports whether all parts of the joint claim k find units and no
// claim that may not be passed stands before any of them.
func (c *Context) jointServable(first int32) bool {
	for k, more := first, true; more; more = k != first {
		q := &c.claims.table[k]
		p := &c.resources[q.place]
		if int(q.amount) > p.units()-p.busy || c.blocker(p, k) != 0 {
			return false
		}
		k = q.kin
	}
	return true
}

// blocker returns the first claim before claim k in a queue that may not be
// passed, 0 if there is none; k 0 stands for the end of the queue.
func (c *Context) blocker(p *resource, k int32) (found int32) {
	p.queue.each(c.claims.table, func(w int32) bool {
		if w == k {
			return false
		}
		if q := &c.claims.table[w]; !q.isJoint() || int(q.amount) > p.units()-p.busy {
			found = w
			return false
		}
		return true
	})
	return found
}

// grantJoint gives all parts of a joint claim their units.
func (c *Context) grantJoint(first int32) {
	for k, more := first, true; more; more = k != first {
		q := &c.claims.table[k]
		p := &c.resources[q.place]
		p.queue.remove(c.claims.table, k)
		p.joints--
		p.inQueue.Set(c.now, float64(p.queue.n))
		p.little.leave(c.now)
		c.hold(p, k)
		k = q.kin
	}
}

// wakeJoint grants a claim of a queue with joint claims in it; false if there is
// none to grant.
func (c *Context) wakeJoint(p *resource) bool {
	k := int32(0)
	p.queue.each(c.claims.table, func(w int32) bool {
		q := &c.claims.table[w]
		switch {
		case q.isJoint():
			if c.jointServable(w) {
				k = w
			}
			// One that lacks units here may not be passed.
			return k == 0 && int(q.amount) <= p.units()-p.busy
		case int(q.amount) <= p.units()-p.busy || q.flags&Preempts != 0 && c.makeRoom(p, w):
			k = w
		}
		return false
	})
	if k == 0 {
		return false
	}
	q := &c.claims.table[k]
	if q.isJoint() {
		c.grantJoint(k)
		c.notify(&c.claims.table[k])
		return true
	}
	p.queue.remove(c.claims.table, k)
	p.inQueue.Set(c.now, float64(p.queue.n))
	p.little.leave(c.now)
	c.hold(p, k)
	c.notify(&c.claims.table[k])
	return true
}

// withdrawJoint takes back a joint claim that waits.
func (c *Context) withdrawJoint(first int32) {
	var places []Resource
	for k := first; k != 0; {
		q := &c.claims.table[k]
		p := &c.resources[q.place]
		next := q.kin
		c.leaveQueue(p, k)
		p.joints--
		p.reneged++
		c.observe(Reneged, q.owner, q.arg, p.name, 0)
		places = append(places, Resource(q.place))
		c.claims.drop(k)
		if k = next; k == first {
			break
		}
	}
	for _, r := range places {
		c.wake(r)
	}
}

// leaveKin takes a part that ends out of the ring of those that were claimed
// together.
func (t *claims) leaveKin(k int32) {
	before := k
	for t.table[before].kin != k {
		before = t.table[before].kin
	}
	t.table[before].kin = t.table[k].kin
	if t.table[before].kin == before {
		t.table[before].kin = 0
	}
	t.table[k].kin = 0
}
