package text

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
)

// value is a compiled expression.
type value func(c *sim.Context, t flow.Token) float64

// place is where an expression stands: its node, for messages, and its flow.
type place struct {
	b    *builder
	n    *yaml.Node
	flow *flowBuilder
}

// quantity reads an expression as a quantity of a step.
func (fb *flowBuilder) quantity(n *yaml.Node) flow.Quantity {
	n = follow(n)
	e := fb.b.parse(n)
	if e == nil {
		return flow.Const(0)
	}
	if x, ok := e.constant(fb.b.parameters); ok {
		return flow.Const(x)
	}
	p := place{fb.b, n, fb}
	switch e.op {
	case opName:
		if s, ok := fb.b.sources[e.name]; ok {
			return flow.Draw(s)
		}
		if a, ok := fb.attributes[e.name]; ok {
			return flow.Attr(a)
		}
	case opCall:
		if isLaw(e.name) {
			return flow.Draw(p.draw(e))
		}
	}
	v := p.compile(e)
	if v == nil {
		return flow.Const(0)
	}
	return flow.Func(v)
}

// draw returns the source of a law that is written in place.
func (p place) draw(e *expression) sim.Source {
	l := p.b.lawOf(p.n, e)
	if l == nil {
		return 0
	}
	name := l.String()
	if e.named() {
		name = written(p.n, l)
	}
	return p.b.s.Source(p.b.unique(p.flow.name+" "+name), l)
}

// compile turns an expression into a function; nil after a mistake.
func (p place) compile(e *expression) value {
	switch e.op {
	case opNumber:
		x := e.x
		return func(*sim.Context, flow.Token) float64 { return x }
	case opName:
		return p.name(e)
	case opCall:
		return p.call(e)
	}
	args := make([]value, 2)
	for i, a := range e.args {
		if args[i] = p.compile(a); args[i] == nil {
			return nil
		}
	}
	op, x, y := e.op, args[0], args[1]
	if y == nil {
		return func(c *sim.Context, t flow.Token) float64 { return apply(op, x(c, t), 0) }
	}
	return func(c *sim.Context, t flow.Token) float64 {
		left := x(c, t)
		return apply(op, left, y(c, t))
	}
}

// name compiles a variable: an attribute, a source, or what the simulation
// knows.
func (p place) name(e *expression) value {
	if a, ok := p.flow.attributes[e.name]; ok {
		return func(_ *sim.Context, t flow.Token) float64 { return t.Get(a) }
	}
	if s, ok := p.b.sources[e.name]; ok {
		return func(c *sim.Context, _ flow.Token) float64 { return c.Draw(s) }
	}
	if x, ok := p.b.parameters[e.name]; ok {
		return func(*sim.Context, flow.Token) float64 { return x }
	}
	switch e.name {
	case "now":
		return func(c *sim.Context, _ flow.Token) float64 { return c.Now() }
	case "age":
		return func(c *sim.Context, t flow.Token) float64 { return c.Now() - t.Born() }
	case "number":
		return func(_ *sim.Context, t flow.Token) float64 { return float64(t.Number()) }
	case "true", "false":
		x := truth(e.name == "true")
		return func(*sim.Context, flow.Token) float64 { return x }
	}
	if hint := p.b.vectorHint(e.name); hint != "" {
		p.b.complain(p.n, e.at, "%s", hint)
		return nil
	}
	names := []string{"now", "age", "number"}
	for n := range p.flow.attributes {
		names = append(names, n)
	}
	for n := range p.b.sources {
		names = append(names, n)
	}
	for n := range p.b.parameters {
		names = append(names, n)
	}
	p.b.complain(p.n, e.at, "there is no attribute, source or parameter %q%s", e.name, suggest(e.name, names))
	return nil
}

// call compiles the call of a function: of numbers, a law, or the state of a
// resource or container.
func (p place) call(e *expression) value {
	if isLaw(e.name) {
		s := p.draw(e)
		return func(c *sim.Context, _ flow.Token) float64 { return c.Draw(s) }
	}
	if f, ok := functions[e.name]; ok {
		if len(e.args) != f.arity {
			p.b.complain(p.n, e.at, "%s has %d arguments, not %d", e.name, f.arity, len(e.args))
			return nil
		}
		x := p.compile(e.args[0])
		y := x
		if f.arity == 2 {
			y = p.compile(e.args[1])
		}
		if x == nil || y == nil {
			return nil
		}
		if f.arity == 1 {
			return func(c *sim.Context, t flow.Token) float64 { return f.f(x(c, t), 0) }
		}
		return func(c *sim.Context, t flow.Token) float64 { left := x(c, t); return f.f(left, y(c, t)) }
	}
	return p.state(e)
}

// states are the functions of a resource.
var states = map[string]func(c *sim.Context, r sim.Resource) int{
	"queue": (*sim.Context).QueueLength, "busy": (*sim.Context).Busy,
	"free": (*sim.Context).Free, "capacity": (*sim.Context).Capacity,
}

// state compiles queue(r), busy(r), free(r), capacity(r), amount(c) and items(s).
func (p place) state(e *expression) value {
	f, ofResource := states[e.name]
	if !ofResource && e.name != "amount" && e.name != "items" {
		names := []string{"amount", "items"}
		for n := range states {
			names = append(names, n)
		}
		for n := range functions {
			names = append(names, n)
		}
		for n := range lawMakers {
			names = append(names, n)
		}
		slices.Sort(names)
		p.b.complain(p.n, e.at, "there is no function %q%s", e.name, suggest(e.name, names))
		return nil
	}
	if len(e.args) != 1 || e.args[0].op != opName {
		p.b.complain(p.n, e.at, "%s has the name of a resource, container or store as its argument", e.name)
		return nil
	}
	name := e.args[0].name
	if ofResource {
		if r, ok := p.b.resources[name]; ok {
			return func(c *sim.Context, _ flow.Token) float64 { return float64(f(c, r)) }
		}
		p.b.complain(p.n, e.args[0].at, "there is no resource %q", name)
		return nil
	}
	if s, ok := p.b.stores[name]; ok && e.name == "items" {
		return func(c *sim.Context, _ flow.Token) float64 { return float64(c.Items(s.s)) }
	}
	if e.name == "items" {
		p.b.complain(p.n, e.args[0].at, "there is no store %q", name)
		return nil
	}
	if ct, ok := p.b.containers[name]; ok {
		return func(c *sim.Context, _ flow.Token) float64 { return c.Amount(ct) }
	}
	p.b.complain(p.n, e.args[0].at, "there is no container %q", name)
	return nil
}
