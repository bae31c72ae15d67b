package sim

// wear is what use does to a resource.
type wear struct {
	resource   Resource
	life, down Source
	units      int
	byUse      bool
	limit      float64 // of used, 0 before the run; the uses that are left
	used       float64 // time
	last       float64 // when used was brought up to date
	rate       int     // units held since then
	failed     bool
	timer      Timer
}

// WearByTime has units of a resource fail after the resource has been held for a
// time drawn from life, which counts each unit held, and not while it is down;
// repair takes a time drawn from down and begins a new life. units 0 stands for
// the whole resource. As for Breakdowns, claims lose failed units only if the
// resource is Preemptible.
func (c *Context) WearByTime(r Resource, life, down Source, units int) {
	c.addWear(wear{resource: r, life: life, down: down, units: units})
}

// WearByUse has units of a resource fail after so many claims were released as
// life says: a tool that is replaced. The rest is as with WearByTime.
func (c *Context) WearByUse(r Resource, life, down Source, units int) {
	c.addWear(wear{resource: r, life: life, down: down, units: units, byUse: true})
}

func (c *Context) addWear(w wear) {
	p := &c.resources[w.resource]
	if w.units < 0 || w.units > p.base || p.wear != 0 {
		c.reject("%d units of resource %q wear out: want 0 to %d, and one sort of wear", w.units, p.name, p.base)
		return
	}
	if w.units == 0 {
		w.units = p.base
	}
	p.changes = true
	c.wears = append(c.wears, w)
	p.wear = int32(len(c.wears))
}

// renew begins a life of wear i.
func (c *Context) renew(i int) {
	w := &c.wears[i]
	w.limit, w.used, w.failed = c.Draw(w.life), 0, false
	if !(w.limit > 0) {
		c.fail("resource %q wears out after %v: want a life > 0", c.resources[w.resource].name, w.limit)
	}
	c.worn(int32(i + 1))
}

// worn brings the wear of a resource up to date when its use changes.
func (c *Context) worn(number int32) {
	w := &c.wears[number-1]
	if !w.failed {
		w.used += float64(float64(w.rate) * (c.now - w.last))
	}
	w.last, w.rate = c.now, c.resources[w.resource].busy
	if w.byUse || w.limit == 0 {
		return
	}
	c.CancelTimer(w.timer)
	w.timer = Timer{}
	if !w.failed && w.rate > 0 {
		w.timer = c.Timer(max(0, w.limit-w.used)/float64(w.rate), 0, wornOut, uint64(number-1))
	}
}

// countUse counts the end of a use.
func (c *Context) countUse(number int32) {
	w := &c.wears[number-1]
	if !w.byUse || w.failed {
		return
	}
	if w.limit--; w.limit <= 0 {
		c.wearOut(int(number - 1))
	}
}

// wearOut has the units of wear i fail.
func (c *Context) wearOut(i int) {
	w := &c.wears[i]
	w.failed = true
	c.Schedule(c.Draw(w.down), 0, renewed, uint64(i))
	c.Break(w.resource, w.units)
}

// restore ends a repair.
func (c *Context) restore(i int) {
	c.renew(i)
	c.Break(c.wears[i].resource, -c.wears[i].units)
}
