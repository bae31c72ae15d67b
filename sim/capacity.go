package sim

import "math"

// Shift is a step of a schedule: from Time on the resource has Capacity units.
type Shift struct {
	Time     float64
	Capacity int
}

// schedule is a plan of capacities.
type schedule struct {
	resource Resource
	shifts   []Shift
	period   float64
	next     int
	cycle    float64 // start of the current period
}

// breakdown is a source of failures of one unit, or of all units together.
type breakdown struct {
	resource Resource
	up, down Source
	units    int
}

// Plan has a resource follow a schedule. Shifts are in increasing order of
// time; after the last the schedule begins again if period > 0, which must then
// be later than the last shift. Before the first shift the resource has the
// capacity that it was made with.
func (c *Context) Plan(r Resource, shifts []Shift, period float64) {
	name := c.resources[r].name
	before := math.Inf(-1)
	for i, s := range shifts {
		if !(s.Time >= 0 && s.Time > before) {
			c.reject("the schedule of resource %q is out of order: shift %d at time %v comes after one at %v", name, i+1, s.Time, before)
			return
		}
		if s.Capacity < 0 {
			c.reject("the schedule of resource %q has capacity %d at time %v: want it ≥ 0", name, s.Capacity, s.Time)
			return
		}
		before = s.Time
		c.resources[r].most = max(c.resources[r].most, s.Capacity)
	}
	if len(shifts) == 0 || period != 0 && !(period > before) || !(period >= 0) {
		c.reject("the schedule of resource %q has %d shifts up to time %v and period %v: want a shift, and a period after the last", name, len(shifts), before, period)
		return
	}
	c.resources[r].changes = true
	c.schedules = append(c.schedules, schedule{resource: r, shifts: shifts, period: period})
	c.ScheduleAt(shifts[0].Time, math.MinInt16+1, 0, nextCapacity, uint64(len(c.schedules)-1))
}

// nextCapacity carries out a step of schedule i.
func (c *Context) nextCapacity(i int) {
	s := &c.schedules[i]
	shift := s.shifts[s.next]
	if s.next++; s.next == len(s.shifts) && s.period > 0 {
		s.next = 0
		s.cycle += s.period
	}
	if s.next < len(s.shifts) {
		c.ScheduleAt(s.cycle+s.shifts[s.next].Time, math.MinInt16+1, 0, nextCapacity, uint64(i))
	}
	c.SetCapacity(s.resource, shift.Capacity)
}

// Breakdowns has units of a resource fail and be repaired for ever: each of so
// many independent units is up for a time drawn from one source and down for a
// time drawn from the other, by the clock, busy or not. units 0 stands for the
// whole resource, which then fails as one. A unit that fails takes its claim
// with it if the resource is Preemptible; else the claim is served to its end.
func (c *Context) Breakdowns(r Resource, up, down Source, units int) {
	p := &c.resources[r]
	if units < 0 || units > p.base {
		c.reject("%d units of resource %q break down: it has %d", units, p.name, p.base)
		return
	}
	p.changes = true
	each := 1
	if units == 0 {
		units, each = 1, p.base
	}
	for range units {
		c.breakdowns = append(c.breakdowns, breakdown{resource: r, up: up, down: down, units: each})
	}
}

// toggle carries out a failure or a repair of breakdown i and schedules the
// next.
func (c *Context) toggle(i int, fails bool) {
	b := c.breakdowns[i]
	if fails {
		c.Break(b.resource, b.units)
		c.Schedule(c.Draw(b.down), 0, repaired, uint64(i))
	} else {
		c.Break(b.resource, -b.units)
		c.Schedule(c.Draw(b.up), 0, breakDown, uint64(i))
	}
}
