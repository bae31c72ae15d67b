package text

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
)

// flowBuilder builds one flow.
type flowBuilder struct {
	b          *builder
	f          *flow.Flow
	name       string
	attributes map[string]flow.Attribute
	belts      map[string]flow.Conveyor
	labels     map[string]bool
	targets    []target
	steps      []*yaml.Node
	last       string // name of the last step
	arrives    bool   // has an arrive step, or tokens come from another flow
	entered    bool   // has no arrive step: tokens come to its labels
	readers    map[string]func(fb *flowBuilder, v *yaml.Node)
}

// target is a label that must exist in the end.
type target struct {
	label *yaml.Node
	flow  *flowBuilder // that it belongs to
}

// beginFlow reads what other flows may ask for: name and attributes.
func (b *builder) beginFlow(name string, n *yaml.Node) {
	fb := &flowBuilder{
		b: b, f: flow.New(b.s, name), name: name, readers: stepReaders(),
		attributes: map[string]flow.Attribute{}, belts: map[string]flow.Conveyor{}, labels: map[string]bool{},
	}
	b.flows[name] = fb
	var attributes *yaml.Node
	if n = follow(n); n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == "attributes" {
				attributes = n.Content[i+1]
			}
		}
	}
	if attributes == nil {
		return
	}
	for _, v := range b.list(attributes, "attributes") {
		a := b.text(v, "an attribute")
		if _, twice := fb.attributes[a]; twice {
			b.complain(v, 0, "there are two attributes %q", a)
		} else if a != "" && b.free(v, "attribute") {
			fb.attributes[a] = fb.f.Attribute(a)
		}
	}
}

// build reads a flow's conveyors and steps.
func (fb *flowBuilder) build(n *yaml.Node) {
	b := fb.b
	var conveyors, steps *yaml.Node
	b.fields(n, "a flow", map[string]func(*yaml.Node){
		"attributes": func(*yaml.Node) {},
		"conveyors":  func(v *yaml.Node) { conveyors = v },
		"steps":      func(v *yaml.Node) { steps = v },
	})
	if conveyors != nil {
		for _, e := range b.entries(conveyors, "conveyors") {
			fb.conveyor(e.key.Value, e.value)
		}
	}
	if steps == nil || follow(steps).Kind != yaml.SequenceNode || len(follow(steps).Content) == 0 {
		b.complain(n, 0, "flow %q has no list of steps", fb.name)
		return
	}
	fb.steps = b.list(steps, "steps")
	fb.entered = !slices.ContainsFunc(fb.steps, func(v *yaml.Node) bool {
		return v.Kind == yaml.MappingNode && len(v.Content) == 2 && v.Content[0].Value == "arrive"
	})
	for _, v := range fb.steps {
		fb.step(v)
	}
}

// check looks at what shows when all flows are built.
func (fb *flowBuilder) check() {
	b, n := fb.b, len(fb.steps)
	if n == 0 {
		return
	}
	if !fb.arrives {
		b.complain(fb.steps[0], 0, "flow %q has no arrive step, and no tokens are transferred to it", fb.name)
	}
	if !slices.Contains([]string{"depart", "goto", "route", "transfer"}, fb.last) {
		b.complain(fb.steps[n-1], 0, "flow %q must end with depart, goto or transfer", fb.name)
	}
	for _, t := range fb.targets {
		if v := t.label; !t.flow.labels[v.Value] {
			b.complain(v, 0, "there is no label %q in flow %q%s", v.Value, t.flow.name, suggest(v.Value, slices.Collect(maps.Keys(t.flow.labels))))
		}
	}
}

func (fb *flowBuilder) conveyor(name string, n *yaml.Node) {
	length, speed, space, accumulating := 0.0, 0.0, 1.0, false
	fb.b.fields(n, "a conveyor", map[string]func(*yaml.Node){
		"length":       func(v *yaml.Node) { length = fb.b.number(v, "the length") },
		"speed":        func(v *yaml.Node) { speed = fb.b.number(v, "the speed") },
		"space":        func(v *yaml.Node) { space = fb.b.number(v, "the space") },
		"accumulating": func(v *yaml.Node) { accumulating = fb.b.truth(v, "accumulating") },
	})
	if !(length > 0 && speed > 0 && space > 0 && space <= length) {
		fb.b.complain(n, 0, "conveyor %q needs a length and a speed > 0, and a space that is not longer", name)
		return
	}
	fb.belts[name] = fb.f.Conveyor(name, length, speed, space, accumulating)
}

// label reads the name of a label that must exist in the end.
func (fb *flowBuilder) label(n *yaml.Node) string {
	n = follow(n)
	fb.targets = append(fb.targets, target{n, fb})
	return fb.b.text(n, "a label")
}

// step reads `name` or `name: value`.
func (fb *flowBuilder) step(n *yaml.Node) {
	name, v := n, n
	switch {
	case n.Kind == yaml.ScalarNode:
		v = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line, Column: n.Column}
	case n.Kind == yaml.MappingNode && len(n.Content) == 2:
		name, v = n.Content[0], follow(n.Content[1])
	default:
		fb.b.complain(n, 0, "a step is a name, or a name with a colon and one value")
		return
	}
	take, ok := fb.readers[name.Value]
	if !ok {
		names := make([]string, 0, len(fb.readers))
		for s := range fb.readers {
			names = append(names, s)
		}
		fb.b.complain(name, 0, "there is no step %q%s", name.Value, suggest(name.Value, names))
		return
	}
	if name.Value != "label" {
		fb.last = name.Value
	}
	fb.f.Origin(fmt.Sprintf("%s:%d:%d", fb.b.file, name.Line, name.Column))
	take(fb, v)
}

// stepReaders returns the steps that a text may have.
func stepReaders() map[string]func(fb *flowBuilder, v *yaml.Node) {
	return map[string]func(fb *flowBuilder, v *yaml.Node){
		"arrive": (*flowBuilder).arrive, "seize": (*flowBuilder).seize, "release": (*flowBuilder).release,
		"hold": (*flowBuilder).hold, "route": (*flowBuilder).route, "decide": (*flowBuilder).decide, "if": (*flowBuilder).condition, "switch": (*flowBuilder).choose,
		"assign": (*flowBuilder).assign, "draw": (*flowBuilder).draw, "record": (*flowBuilder).record, "put": (*flowBuilder).put, "get": (*flowBuilder).get,
		"transfer": (*flowBuilder).transfer, "wait": (*flowBuilder).wait, "fire": (*flowBuilder).fire, "split": (*flowBuilder).split,
		"goto":     func(fb *flowBuilder, v *yaml.Node) { fb.f.Goto(fb.label(v)) },
		"priority": func(fb *flowBuilder, v *yaml.Node) { fb.f.Priority(fb.quantity(v)) },
		"batch":    func(fb *flowBuilder, v *yaml.Node) { fb.f.Batch(fb.b.integer(v, "the size of a batch", 1)) },
		"unbatch":  func(fb *flowBuilder, _ *yaml.Node) { fb.f.Unbatch() },
		"combine":  func(fb *flowBuilder, _ *yaml.Node) { fb.f.Combine() },
		"label": func(fb *flowBuilder, v *yaml.Node) {
			name := fb.b.text(v, "a label")
			if fb.labels[name] {
				fb.b.complain(v, 0, "there are two labels %q", name)
				return
			}
			fb.labels[name] = true
			if fb.entered {
				fb.f.Entrance(name)
			} else {
				fb.f.Label(name)
			}
		},
		"transport": func(fb *flowBuilder, v *yaml.Node) {
			if b, ok := find(fb.b, v, "conveyor", fb.belts); ok {
				fb.f.Transport(b)
			}
		},
		"leave": func(fb *flowBuilder, v *yaml.Node) {
			if b, ok := find(fb.b, v, "conveyor", fb.belts); ok {
				fb.f.Leave(b)
			}
		},
		"depart": func(fb *flowBuilder, v *yaml.Node) {
			if v.Tag == "!!null" {
				fb.f.Depart()
			} else {
				fb.f.Depart(fb.b.text(v, "a departure"))
			}
		},
	}
}

// arrive reads an interval, or {every or rates and period, limit, first, at once}.
func (fb *flowBuilder) arrive(v *yaml.Node) {
	fb.arrives = true
	if v.Kind != yaml.MappingNode {
		if s := fb.b.source(v, fb.name+" arrivals"); s >= 0 {
			fb.f.Arrive(s)
		}
		return
	}
	every := sim.Source(-1)
	var options []flow.ArriveOption
	var rates *yaml.Node
	period := 0.0
	fb.b.fields(v, "arrive", map[string]func(*yaml.Node){
		"every":   func(v *yaml.Node) { every = fb.b.source(v, fb.name+" arrivals") },
		"rates":   func(v *yaml.Node) { rates = v },
		"period":  func(v *yaml.Node) { period = fb.b.time(v, "the period") },
		"limit":   func(v *yaml.Node) { options = append(options, flow.Limit(uint64(fb.b.integer(v, "the limit", 1)))) },
		"first":   func(v *yaml.Node) { options = append(options, flow.First(fb.b.time(v, "the first arrival"))) },
		"at once": func(v *yaml.Node) { options = append(options, flow.AtOnce(fb.quantity(v))) },
	})
	if rates != nil {
		every = fb.changing(rates, period)
	}
	if every < 0 {
		fb.b.complain(v, 0, "arrive needs the interval `every`, or `rates`")
		return
	}
	fb.f.Arrive(every, options...)
}

// changing reads [[time, rate], …], the arrivals of a unit of time from each time
// on.
func (fb *flowBuilder) changing(n *yaml.Node, period float64) sim.Source {
	var times, rates []float64
	for _, v := range fb.b.list(n, "rates") {
		pair, ok := fb.b.tuple(v, "a rate", 2, 2, "a time and the arrivals of a unit of time from then on")
		if !ok {
			return 0
		}
		times, rates = append(times, fb.b.time(pair[0], "the time of a rate")), append(rates, fb.b.number(pair[1], "a rate"))
	}
	law, err := input.Rates(times, rates, period)
	if err != nil {
		fb.b.complain(n, 0, "%s", strings.TrimPrefix(err.Error(), "input: "))
		return 0
	}
	return fb.b.s.Source(fb.b.unique(fb.name+" arrivals"), law)
}

// hold reads a time, or {time, after interrupt: resume|repeat|redraw}.
func (fb *flowBuilder) hold(v *yaml.Node) {
	if v.Kind != yaml.MappingNode {
		fb.f.Hold(fb.quantity(v))
		return
	}
	var options []flow.HoldOption
	var time *yaml.Node
	fb.b.fields(v, "hold", map[string]func(*yaml.Node){
		"time": func(v *yaml.Node) { time = v },
		"after interrupt": func(v *yaml.Node) {
			switch how := fb.b.text(v, "after interrupt"); how {
			case "resume":
			case "repeat":
				options = append(options, flow.Repeat())
			case "redraw":
				options = append(options, flow.Redraw())
			default:
				fb.b.complain(v, 0, "after an interrupt a delay can resume, repeat or redraw, not %q", how)
			}
		},
	})
	if time == nil {
		fb.b.complain(v, 0, "hold needs a time")
		return
	}
	fb.f.Hold(fb.quantity(time), options...)
}

// route reads [label, time].
func (fb *flowBuilder) route(v *yaml.Node) {
	if pair, ok := fb.b.tuple(v, "route", 2, 2, "a label and the time that the way takes"); ok {
		fb.f.Route(fb.label(pair[0]), fb.quantity(pair[1]))
	}
}

// transfer reads [flow, label], or [flow, label, time].
func (fb *flowBuilder) transfer(v *yaml.Node) {
	parts, ok := fb.b.tuple(v, "transfer", 2, 3, "a flow, its label, and the time that the way takes")
	if !ok {
		return
	}
	to, ok := find(fb.b, parts[0], "flow", fb.b.flows)
	if !ok {
		return
	}
	if len(to.attributes) < len(fb.attributes) {
		fb.b.complain(parts[0], 0, "flow %q has fewer attributes than flow %q: tokens keep theirs, in order", to.name, fb.name)
		return
	}
	time := flow.Const(0)
	if len(parts) == 3 {
		time = fb.quantity(parts[2])
	}
	to.arrives = true
	fb.targets = append(fb.targets, target{follow(parts[1]), to})
	fb.f.Transfer(to.f, fb.b.text(parts[1], "a label"), time)
}

// assign reads {attribute: formula, …}.
func (fb *flowBuilder) assign(v *yaml.Node) {
	for _, e := range fb.b.entries(v, "assign") {
		if a, ok := find(fb.b, e.key, "attribute", fb.attributes); ok {
			fb.f.Assign(a, fb.quantity(e.value))
		}
	}
}

// record reads {tally: formula, …}.
func (fb *flowBuilder) record(v *yaml.Node) {
	for _, e := range fb.b.entries(v, "record") {
		t, ok := fb.b.tallies[e.key.Value]
		if !ok {
			t = fb.b.s.Tally(e.key.Value)
			fb.b.tallies[e.key.Value] = t
		}
		fb.f.Record(t, fb.quantity(e.value))
	}
}

// split reads a number of copies, or [number, label].
func (fb *flowBuilder) split(v *yaml.Node) {
	parts := fb.b.list(v, "split")
	switch len(parts) {
	case 1:
		fb.f.Split(fb.b.integer(parts[0], "the number of copies", 1))
	case 2:
		fb.f.Split(fb.b.integer(parts[0], "the number of copies", 1), fb.label(parts[1]))
	default:
		fb.b.complain(v, 0, "split is a number of copies, or a list of that and a label")
	}
}
