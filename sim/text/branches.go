package text

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
)

// decide reads a list of [chance, label].
func (fb *flowBuilder) decide(v *yaml.Node) {
	var branches []flow.Branch
	sum := 0.0
	for _, n := range fb.b.list(v, "decide") {
		pair, ok := fb.b.tuple(n, "a branch", 2, 2, "a chance and a label")
		if !ok {
			continue
		}
		chance := fb.b.number(pair[0], "a chance")
		if sum += chance; !(chance >= 0 && sum <= 1+1e-9) {
			fb.b.complain(pair[0], 0, "chances must be ≥ 0 and sum to at most 1")
		}
		branches = append(branches, flow.Branch{Chance: chance, Label: fb.label(pair[1])})
	}
	u := fb.b.s.Source(fb.b.unique(fb.name+" decide"), input.Must(input.Uniform(0, 1)))
	fb.f.Decide(u, branches...)
}

// condition reads [formula, label].
func (fb *flowBuilder) condition(v *yaml.Node) {
	pair, ok := fb.b.tuple(v, "if", 2, 2, "a condition and the label to go to when it is true")
	if !ok {
		return
	}
	label := fb.label(pair[1])
	e := fb.b.parse(pair[0])
	if e == nil {
		return
	}
	if test := (place{fb.b, pair[0], fb}).compile(e); test != nil {
		fb.f.If(func(c *sim.Context, t flow.Token) bool { return test(c, t) != 0 }, label)
	}
}

// choose reads {value: formula, cases: {number: label, …}, default: label}. A value
// that is in no case goes to the default, or on with the next step if there is none.
func (fb *flowBuilder) choose(v *yaml.Node) {
	b := fb.b
	var formula *yaml.Node
	var cases []float64
	var labels []string
	otherwise := ""
	mistakes := len(b.errors)
	b.fields(v, "switch", map[string]func(*yaml.Node){
		"value":   func(v *yaml.Node) { formula = v },
		"cases":   func(v *yaml.Node) { cases, labels = fb.cases(v) },
		"default": func(v *yaml.Node) { otherwise = fb.label(v) },
	})
	if len(b.errors) > mistakes {
		return
	}
	if formula == nil || len(cases) == 0 {
		b.complain(v, 0, "switch needs a value, and cases {number: label, …}")
		return
	}
	e := b.parse(formula)
	if e == nil {
		return
	}
	x := (place{b, formula, fb}).compile(e)
	if x == nil {
		return
	}
	none := -1.0
	if otherwise != "" {
		none = float64(len(labels))
		labels = append(labels, otherwise)
	}
	fb.f.Switch(flow.Func(func(c *sim.Context, t flow.Token) float64 {
		value := x(c, t)
		for i, k := range cases {
			if value == k {
				return float64(i)
			}
		}
		return none
	}), labels...)
}

// cases reads {number: label, …}.
func (fb *flowBuilder) cases(n *yaml.Node) (cases []float64, labels []string) {
	for _, e := range fb.b.entries(n, "cases") {
		x := fb.b.number(e.key, "a case")
		if slices.Contains(cases, x) {
			fb.b.complain(e.key, 0, "there are two cases %v", x)
			continue
		}
		cases, labels = append(cases, x), append(labels, fb.label(e.value))
	}
	return cases, labels
}
