package sim

// lines are resources between whose queues claims change.
type lines struct {
	resources []Resource
	gap       int
}

// Jockey has those who wait change lines: whenever the line of one of several
// resources is shorter by at least gap ≥ 2 than that of another, the last who
// waits in the longer one goes to the end of the shorter one. A line is those who
// wait and the units that are held. Claims keep their names and the time since
// which they wait; their waits count where they are granted, and ResourceOf says
// where that is. Who was preempted, waits for several resources together or
// claims more units than the other resource has stays.
func (c *Context) Jockey(resources []Resource, gap int) {
	if len(resources) < 2 || gap < 2 {
		c.reject("jockeying between %d lines that differ by %d: want at least two lines and a difference of at least 2", len(resources), gap)
		return
	}
	c.lines = append(c.lines, lines{append([]Resource(nil), resources...), gap})
	for _, r := range resources {
		if c.resources[r].line != 0 {
			c.reject("resource %q is among the lines of two groups", c.resources[r].name)
		}
		c.resources[r].line = int32(len(c.lines))
	}
}

// length returns the length of the line at a resource.
func (p *resource) length() int { return p.queue.n + p.busy }

// Shortest returns the resource with the shortest line, the first among equals.
func (c *Context) Shortest(resources []Resource) Resource {
	best := resources[0]
	for _, r := range resources[1:] {
		if c.resources[r].length() < c.resources[best].length() {
			best = r
		}
	}
	return best
}

// ResourceOf returns the resource that a claim waits for or holds, and whether
// it holds it.
func (c *Context) ResourceOf(cl Claim) (r Resource, held bool) {
	p := c.claims.find(cl)
	if p == nil || p.sort != forUnits {
		c.fail("the resource of a claim is asked for that has ended or is none of a resource")
	}
	return Resource(p.place), p.state == granted
}

// rebalance carries out what is due between the lines of a group.
func (c *Context) rebalance(group int32) {
	g := &c.lines[group-1]
	for {
		to := c.Shortest(g.resources)
		short := &c.resources[to]
		var long *resource
		for _, r := range g.resources {
			if p := &c.resources[r]; p.queue.n > 0 && (long == nil || p.length() > long.length()) {
				long = p
			}
		}
		if long == nil || long.length()-short.length() < g.gap {
			return
		}
		k := long.queue.last()
		q := &c.claims.table[k]
		if q.kin != 0 || q.flags&hadUnits != 0 || int(q.amount) > short.units() {
			return
		}
		c.changeLine(long, to, k)
	}
}

// changeLine moves claim k from one queue to the end of another.
func (c *Context) changeLine(from *resource, r Resource, k int32) {
	to := &c.resources[r]
	c.leaveQueue(from, k)
	from.requested--
	to.requested++
	q := &c.claims.table[k]
	c.observe(Reneged, q.owner, q.arg, from.name, 0)
	q.place = int32(r)
	if to.queue.n == 0 && c.makeRoom(to, k) {
		c.hold(to, k)
		c.notify(&c.claims.table[k])
		return
	}
	to.little.enter(c.now)
	to.queue.push(c.claims.table, k, false)
	to.inQueue.Set(c.now, float64(to.queue.n))
	c.observe(Queued, q.owner, q.arg, to.name, float64(to.queue.n))
}
