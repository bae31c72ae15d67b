package text

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
)

// store is a store with the names of its items' numbers.
type store struct {
	s      sim.Store
	fields []string
}

// has reports whether a mapping has a key.
func has(n *yaml.Node, key string) bool {
	if n.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

// buildStores reads {name: {capacity, fields: [name, …]}, …}.
func (b *builder) buildStores(n *yaml.Node) {
	for _, e := range b.entries(n, "stores") {
		capacity := 0
		var names []string
		b.fields(e.value, "a store", map[string]func(*yaml.Node){
			"capacity": func(v *yaml.Node) { capacity = b.integer(v, "the capacity", 1) },
			"fields": func(v *yaml.Node) {
				for _, f := range b.list(v, "fields") {
					if name := b.text(f, "a field"); slices.Contains(names, name) {
						b.complain(f, 0, "there are two fields %q", name)
					} else if b.usable(f, "field") {
						names = append(names, name)
					}
				}
			},
		})
		b.stores[e.key.Value] = store{b.s.Store(e.key.Value, capacity), names}
	}
}

// putItem reads {store, item: {field: formula, …}} and the fields of a claim.
func (fb *flowBuilder) putItem(v *yaml.Node) {
	var options []flow.SeizeOption
	var item *yaml.Node
	var s store
	ok := false
	fields := fb.claimFields(&options)
	fields["store"] = func(v *yaml.Node) { s, ok = find(fb.b, v, "store", fb.b.stores) }
	fields["item"] = func(v *yaml.Node) { item = v }
	fb.b.fields(v, "put", fields)
	if !ok {
		return
	}
	values := make([]flow.Quantity, len(s.fields))
	for i := range values {
		values[i] = flow.Const(0)
	}
	if item != nil {
		for _, e := range fb.b.entries(item, "an item") {
			if i := fb.field(s, e.key); i >= 0 {
				values[i] = fb.quantity(e.value)
			}
		}
	}
	fb.f.PutItem(s.s, values, options...)
}

// field returns the place of a field, -1 after a complaint.
func (fb *flowBuilder) field(s store, n *yaml.Node) int {
	name := fb.b.text(n, "a field")
	i := slices.Index(s.fields, name)
	if i < 0 && name != "" {
		fb.b.complain(n, 0, "items have no field %q%s", name, suggest(name, slices.Clone(s.fields)))
	}
	return i
}

// getItem reads {store, where: condition, into: {attribute: field, …}} and the
// fields of a claim.
func (fb *flowBuilder) getItem(v *yaml.Node) {
	var options []flow.SeizeOption
	var where, into *yaml.Node
	var s store
	ok := false
	fields := fb.claimFields(&options)
	fields["store"] = func(v *yaml.Node) { s, ok = find(fb.b, v, "store", fb.b.stores) }
	fields["where"] = func(v *yaml.Node) { where = v }
	fields["into"] = func(v *yaml.Node) { into = v }
	fb.b.fields(v, "get", fields)
	if !ok {
		return
	}
	var match func(t flow.Token, item []float64) bool
	if where != nil {
		if e := fb.b.parse(where); e != nil {
			if test := (place{fb.b, where, fb}).ofItem(e, s); test != nil {
				match = func(t flow.Token, item []float64) bool { return test(t, item) != 0 }
			}
		}
	}
	var target []flow.Attribute
	if into != nil {
		target = make([]flow.Attribute, len(s.fields))
		for i := range target {
			target[i] = -1 // a number that nobody wants
		}
		for _, e := range fb.b.entries(into, "into") {
			if a, ok := find(fb.b, e.key, "attribute", fb.attributes); ok {
				if i := fb.field(s, e.value); i >= 0 {
					target[i] = a
				}
			}
		}
	}
	fb.f.GetItem(s.s, match, target, options...)
}

// itemValue is a formula of a token and an item.
type itemValue func(t flow.Token, item []float64) float64

// ofItem compiles a formula of attributes, parameters and item.FIELD; nil after a
// mistake. It may not look at anything that changes while the token waits.
func (p place) ofItem(e *expression, s store) itemValue {
	if x, ok := e.constant(p.b.parameters); ok {
		return func(flow.Token, []float64) float64 { return x }
	}
	switch e.op {
	case opName:
		if a, ok := p.flow.attributes[e.name]; ok {
			return func(t flow.Token, _ []float64) float64 { return t.Get(a) }
		}
		names := []string{"number"}
		for i, f := range s.fields {
			if e.name == "item."+f {
				return func(_ flow.Token, item []float64) float64 {
					if i >= len(item) {
						return 0
					}
					return item[i]
				}
			}
			names = append(names, "item."+f)
		}
		if e.name == "number" {
			return func(t flow.Token, _ []float64) float64 { return float64(t.Number()) }
		}
		for a := range p.flow.attributes {
			names = append(names, a)
		}
		p.b.complain(p.n, e.at, "%q is no attribute, parameter or field of the item%s", e.name, suggest(e.name, names))
		return nil
	case opCall:
		if f, ok := functions[e.name]; !ok || len(e.args) != f.arity {
			p.b.complain(p.n, e.at, "%s is no function of %d numbers, which is all that may choose an item", e.name, len(e.args))
			return nil
		}
	}
	args := make([]itemValue, 2)
	for i, a := range e.args {
		if args[i] = p.ofItem(a, s); args[i] == nil {
			return nil
		}
	}
	x, y := args[0], args[1]
	if y == nil {
		y = func(flow.Token, []float64) float64 { return 0 }
	}
	if e.op == opCall {
		f := functions[e.name].f
		return func(t flow.Token, item []float64) float64 { return f(x(t, item), y(t, item)) }
	}
	return func(t flow.Token, item []float64) float64 { return apply(e.op, x(t, item), y(t, item)) }
}
