package text

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/sim"
)

func (b *builder) buildResources(n *yaml.Node) {
	for _, e := range b.entries(n, "resources") {
		b.buildResource(e.key.Value, e.value)
	}
}

// buildResource reads `name: capacity` or a mapping.
func (b *builder) buildResource(name string, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		b.resources[name] = b.s.Resource(name, b.integer(n, "the capacity of "+strconv.Quote(name), 0))
		return
	}
	capacity, preemptible := 1, false
	var schedule, breakdowns *yaml.Node
	b.fields(n, "a resource", map[string]func(*yaml.Node){
		"capacity":    func(v *yaml.Node) { capacity = b.integer(v, "the capacity", 0) },
		"preemptible": func(v *yaml.Node) { preemptible = b.truth(v, "preemptible") },
		"schedule":    func(v *yaml.Node) { schedule = v },
		"breakdowns":  func(v *yaml.Node) { breakdowns = v },
	})
	r := b.s.Resource(name, capacity)
	b.resources[name] = r
	if preemptible {
		b.s.Preemptible(r)
	}
	if schedule != nil {
		b.buildSchedule(r, schedule)
	}
	if breakdowns == nil {
		return
	}
	up, down, units := sim.Source(-1), sim.Source(-1), 0
	kinds := 0
	begin := (*sim.Context).Breakdowns
	after := func(how func(c *sim.Context, r sim.Resource, up, down sim.Source, units int)) func(*yaml.Node) {
		return func(v *yaml.Node) {
			up, begin = b.source(v, name+".up"), how
			kinds++
		}
	}
	b.fields(breakdowns, "breakdowns", map[string]func(*yaml.Node){
		"up":         after((*sim.Context).Breakdowns),
		"after time": after((*sim.Context).WearByTime),
		"after uses": after((*sim.Context).WearByUse),
		"down":       func(v *yaml.Node) { down = b.source(v, name+".down") },
		"units":      func(v *yaml.Node) { units = b.integer(v, "the number of units", 1) },
	})
	switch {
	case kinds > 1:
		b.complain(breakdowns, 0, "breakdowns come by the clock (up), after a time of use (after time) or after some uses (after uses), not by several")
	case up < 0 || down < 0:
		b.complain(breakdowns, 0, "breakdowns need up and down times")
	case units > capacity:
		b.complain(breakdowns, 0, "%d units break down, but there are only %d", units, capacity)
	default:
		begin(&b.s.Context, r, up, down, units)
	}
}

// buildSchedule reads {period, shifts: [[time, capacity], …]}.
func (b *builder) buildSchedule(r sim.Resource, n *yaml.Node) {
	var shifts []sim.Shift
	period := 0.0
	ok := true
	b.fields(n, "a schedule", map[string]func(*yaml.Node){
		"period": func(v *yaml.Node) { period = b.time(v, "the period") },
		"shifts": func(v *yaml.Node) {
			for _, shift := range b.list(v, "shifts") {
				pair := b.list(shift, "a shift")
				if len(pair) != 2 {
					b.complain(shift, 0, "a shift is a list of its time and the capacity from then on")
					ok = false
					continue
				}
				next := sim.Shift{Time: b.time(pair[0], "the time of a shift"), Capacity: b.integer(pair[1], "the capacity of a shift", 0)}
				if n := len(shifts); n > 0 && next.Time <= shifts[n-1].Time {
					b.complain(shift, 0, "shifts are out of order: %v comes after %v", next.Time, shifts[n-1].Time)
					ok = false
				}
				shifts = append(shifts, next)
			}
		},
	})
	if len(shifts) == 0 {
		b.complain(n, 0, "a schedule needs shifts")
		return
	}
	if last := shifts[len(shifts)-1].Time; period > 0 && period <= last {
		b.complain(n, 0, "the period %v ends before the last shift at %v", period, last)
		return
	}
	if ok {
		b.s.Plan(r, shifts, period)
	}
}

// buildJockeying reads {lines: [resource, …], gap: 2}, or a list of those.
func (b *builder) buildJockeying(n *yaml.Node) {
	for _, g := range b.groups(n) {
		var all []sim.Resource
		gap := 2
		mistakes := len(b.errors)
		b.fields(g, "jockeying", map[string]func(*yaml.Node){
			"lines": func(v *yaml.Node) { all = b.lines(v) },
			"gap":   func(v *yaml.Node) { gap = b.integer(v, "the gap", 2) },
		})
		if len(b.errors) > mistakes {
			continue
		}
		if len(all) < 2 {
			b.complain(g, 0, "jockeying needs at least two lines")
			continue
		}
		b.s.Jockey(all, gap)
	}
}

// groups returns the elements of a list, or the one that stands for it.
func (b *builder) groups(n *yaml.Node) []*yaml.Node {
	if n = follow(n); n.Kind == yaml.SequenceNode {
		return b.list(n, "jockeying")
	}
	return []*yaml.Node{n}
}
