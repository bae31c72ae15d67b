package text

import (
	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
)

// claimFields are the fields that steps with a wait have in common.
func (fb *flowBuilder) claimFields(options *[]flow.SeizeOption) map[string]func(*yaml.Node) {
	add := func(o flow.SeizeOption) { *options = append(*options, o) }
	return map[string]func(*yaml.Node){
		"priority": func(v *yaml.Node) { add(flow.AtPriority(fb.quantity(v))) },
		"patience": func(v *yaml.Node) {
			if pair, ok := fb.b.tuple(v, "patience", 2, 2, "a time and the label to go to"); ok {
				add(flow.Patience(fb.quantity(pair[0]), fb.label(pair[1])))
			}
		},
	}
}

// seize reads a resource, or {resource, units, priority, patience, balk,
// preempt}.
func (fb *flowBuilder) seize(v *yaml.Node) {
	if v.Kind == yaml.ScalarNode {
		if r, ok := find(fb.b, v, "resource", fb.b.resources); ok {
			fb.f.Seize(r)
		}
		return
	}
	var options []flow.SeizeOption
	r, ok := sim.Resource(0), false
	fields := fb.claimFields(&options)
	fields["resource"] = func(v *yaml.Node) { r, ok = find(fb.b, v, "resource", fb.b.resources) }
	fields["units"] = func(v *yaml.Node) { options = append(options, flow.Units(fb.b.integer(v, "units", 1))) }
	fields["preempt"] = func(v *yaml.Node) {
		if fb.b.truth(v, "preempt") {
			options = append(options, flow.Preempt())
		}
	}
	fields["balk"] = func(v *yaml.Node) {
		pair, ok := fb.b.tuple(v, "balk", 2, 2, "a queue length and the label to go to")
		if !ok {
			return
		}
		options = append(options, flow.Balk(fb.b.integer(pair[0], "the queue length", 0), fb.label(pair[1])))
	}
	var needs []sim.Need
	var lines []sim.Resource
	fields["shortest of"] = func(v *yaml.Node) { lines = fb.b.lines(v) }
	fields["all"] = func(v *yaml.Node) { needs = fb.needs(v) }
	before := len(fb.b.errors)
	fb.b.fields(v, "seize", fields)
	if len(fb.b.errors) > before {
		return
	}
	switch all, one := len(needs) > 0, len(lines) > 0; {
	case all && !ok && !one:
		fb.f.SeizeAll(needs, options...)
	case one && !ok && !all:
		fb.f.SeizeOneOf(lines, options...)
	case ok && !all && !one:
		fb.f.Seize(r, options...)
	default:
		fb.b.complain(v, 0, "seize has one of these: a resource, with `all` several together, with `shortest of` one of several")
	}
}

// lines reads a list of resources.
func (b *builder) lines(v *yaml.Node) (all []sim.Resource) {
	for _, n := range b.list(v, "resources") {
		if r, ok := find(b, n, "resource", b.resources); ok {
			all = append(all, r)
		}
	}
	return all
}

// needs reads {resource: units, …}.
func (fb *flowBuilder) needs(v *yaml.Node) (needs []sim.Need) {
	for _, e := range fb.b.entries(v, "all") {
		if r, ok := find(fb.b, e.key, "resource", fb.b.resources); ok {
			needs = append(needs, sim.Need{Resource: r, Units: fb.b.integer(e.value, "units", 1)})
		}
	}
	return needs
}

// release reads a resource, or a list of which one is held.
func (fb *flowBuilder) release(v *yaml.Node) {
	if v.Kind == yaml.SequenceNode {
		if all := fb.b.lines(v); len(all) > 0 {
			fb.f.ReleaseOneOf(all...)
		}
		return
	}
	if r, ok := find(fb.b, v, "resource", fb.b.resources); ok {
		fb.f.Release(r)
	}
}

// portion reads a container, an amount and the fields of a claim.
func (fb *flowBuilder) portion(v *yaml.Node, what string) (ct sim.Container, amount flow.Quantity, options []flow.SeizeOption, ok bool) {
	fields := fb.claimFields(&options)
	var size *yaml.Node
	fields["container"] = func(v *yaml.Node) { ct, ok = find(fb.b, v, "container", fb.b.containers) }
	fields["amount"] = func(v *yaml.Node) { size = v }
	before := len(fb.b.errors)
	fb.b.fields(v, what, fields)
	if (!ok || size == nil) && len(fb.b.errors) == before {
		fb.b.complain(v, 0, "%s needs a container and an amount, or a store", what)
	}
	if size == nil {
		return ct, amount, options, false
	}
	return ct, fb.quantity(size), options, ok
}

func (fb *flowBuilder) put(v *yaml.Node) {
	if has(v, "store") {
		fb.putItem(v)
	} else if ct, amount, options, ok := fb.portion(v, "put"); ok {
		fb.f.Put(ct, amount, options...)
	}
}

func (fb *flowBuilder) get(v *yaml.Node) {
	if has(v, "store") {
		fb.getItem(v)
	} else if ct, amount, options, ok := fb.portion(v, "get"); ok {
		fb.f.Get(ct, amount, options...)
	}
}

// wait reads a signal, or {signal, priority, patience}.
func (fb *flowBuilder) wait(v *yaml.Node) {
	if v.Kind == yaml.ScalarNode {
		if s, ok := find(fb.b, v, "signal", fb.b.signals); ok {
			fb.f.Wait(s)
		}
		return
	}
	var options []flow.SeizeOption
	s, ok := sim.Signal(0), false
	fields := fb.claimFields(&options)
	fields["signal"] = func(v *yaml.Node) { s, ok = find(fb.b, v, "signal", fb.b.signals) }
	fb.b.fields(v, "wait", fields)
	if ok {
		fb.f.Wait(s, options...)
	}
}

// fire reads a signal, or {signal, count}.
func (fb *flowBuilder) fire(v *yaml.Node) {
	count, signal := -1, v
	if v.Kind == yaml.MappingNode {
		fb.b.fields(v, "fire", map[string]func(*yaml.Node){
			"signal": func(v *yaml.Node) { signal = v },
			"count":  func(v *yaml.Node) { count = fb.b.integer(v, "the count", 1) },
		})
	}
	if s, ok := find(fb.b, signal, "signal", fb.b.signals); ok {
		fb.f.Fire(s, count)
	}
}
