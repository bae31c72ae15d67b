package text_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/flow"
	"github.com/quatre-ppl/quatre/sim/input"
	"github.com/quatre-ppl/quatre/sim/text"
)

func outcomes(t *testing.T, m *text.Model, until float64) []sim.Outcome {
	t.Helper()
	s := sim.New(rng.NewKey(1), sim.Options{})
	if err := m.Build(s, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(context.Background(), sim.Until{Time: until}); err != nil {
		t.Fatal(err)
	}
	return s.Outcomes()
}

func same(a, b sim.Outcome) bool {
	return a.Name == b.Name && math.Float64bits(a.Value) == math.Float64bits(b.Value)
}

// TestRead_YAMLAndJSONAreTheSameModel reads the ward as YAML and, translated, as
// JSON with tabs.
func TestRead_YAMLAndJSONAreTheSameModel(t *testing.T) {
	source, err := os.ReadFile("testdata/ward.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := text.Read("ward.yaml", source)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "ward" || m.Until != 2000 || m.WarmUp != 100 || m.Replications != 4 {
		t.Errorf("%+v", m)
	}
	// The order of keys is the order of draws and outcomes: keep it.
	var document yaml.Node
	if err := yaml.Unmarshal(source, &document); err != nil {
		t.Fatal(err)
	}
	other, err := text.Read("ward.json", []byte(toJSON(document.Content[0], "\n")))
	if err != nil {
		t.Fatal(err)
	}
	a, b := outcomes(t, m, 2000), outcomes(t, other, 2000)
	if !slices.EqualFunc(a, b, same) {
		t.Errorf("%v\nand %v", a, b)
	}
	for _, name := range []string{"patients.departed", "patients.unserved.departed", "scanner.served", "length of stay", "blood.min"} {
		if v := sim.Find(a, name); !(v > 0) {
			t.Errorf("%s is %v", name, v)
		}
	}
}

func toJSON(n *yaml.Node, indent string) string {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!int" || n.Tag == "!!float" || n.Tag == "!!bool" {
			return n.Value
		}
		b, _ := json.Marshal(n.Value)
		return string(b)
	case yaml.SequenceNode:
		var parts []string
		for _, c := range n.Content {
			parts = append(parts, toJSON(c, indent+"\t"))
		}
		return "[" + strings.Join(parts, ","+indent) + "]"
	}
	var parts []string
	for i := 0; i < len(n.Content); i += 2 {
		parts = append(parts, indent+toJSON(n.Content[i], indent)+":\t"+toJSON(n.Content[i+1], indent+"\t"))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// TestRead_IsTheFlowInGo compares a text with the same flow written in Go.
func TestRead_IsTheFlowInGo(t *testing.T) {
	m, err := text.Read("bank.yaml", []byte(`
sources: {arrivals: exponential(3), service: exponential(5)}
resources: {teller: 2}
flows:
  customers:
    steps:
      - arrive: arrivals
      - seize: teller
      - hold: service
      - release: teller
      - depart
`))
	if err != nil {
		t.Fatal(err)
	}
	s := sim.New(rng.NewKey(1), sim.Options{})
	a, v := s.Source("arrivals", input.Must(input.Exponential(3))), s.Source("service", input.Must(input.Exponential(5)))
	teller := s.Resource("teller", 2)
	flow.New(s, "customers").Arrive(a).Seize(teller).Hold(flow.Draw(v)).Release(teller).Depart()
	if err := s.Run(context.Background(), sim.Until{Time: 1000}); err != nil {
		t.Fatal(err)
	}
	if got, want := outcomes(t, m, 1000), s.Outcomes(); !slices.EqualFunc(got, want, same) {
		t.Errorf("%v\nwant %v", got, want)
	}
}

// frame puts steps into a model in which they stand from line 5 on.
func frame(steps ...string) string {
	return "resources: {desk: 2}\ncontainers: {tank: {capacity: 9}}\nflows:\n  f: {attributes: [n], steps: [\n    " +
		strings.Join(steps, ",\n    ") + "]}\n"
}

func TestRead_MistakesHaveLineAndColumn(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "m.yaml:1:1: the file is empty"},
		{"flows: [", "m.yaml:1:1: "},
		{"a: b: c", "m.yaml:1:1: mapping values are not allowed"},
		{"until: soon\nflows: {}", "m.yaml:1:8: until must be a number"},
		{"until: -3\nflows: {}", "m.yaml:1:8: until is -3"},
		{"untill: 3\nflows: {}", `m.yaml:1:1: a model has no field "untill": did you mean "until"?`},
		{"until: 3", "m.yaml:1:1: the model has no flows"},
		{"parameters: {now: 3}\nflows: {}", `m.yaml:1:14: "now" means something else in formulas`},
		{"sources: {age: exponential(3)}\nflows: {}", `m.yaml:1:11: "age" means something else in formulas`},
		{"sources: {'a b': exponential(3)}\nflows: {}", `m.yaml:1:11: "a b" cannot be used in formulas`},
		{"sources: {a: exponential(3)}\nflows:\n  f: {attributes: [a]}", `m.yaml:3:20: "a" is a source already`},
		{"flows:\n  f: {attributes: [x, x]}", `m.yaml:2:23: there are two attributes "x"`},
		{"flows:\n  f: {attributes: [number]}", `m.yaml:2:20: "number" means something else`},
		{"resources: {f: 1}\nflows:\n  f: {steps: [arrive: 1, depart]}", `m.yaml:1:1: two outcomes would be called "f.reneged"`},
		{"parameters: {a: 3, 'a b': 2}\nflows: {}", "m.yaml:1:20: \"a b\" cannot be used in formulas"},
		{"parameters: {a: 3}\nsources: {a: exponential(1)}\nflows: {}", "m.yaml:2:11: \"a\" is a parameter already"},
		{"parameters: {a: -3}\nsources: {b: exponential(a)}\nflows: {}", "m.yaml:2:14: exponential(-3): mean is -3"},
		{"resources:\n  desk: -1\nflows: {}", "m.yaml:2:9: the capacity of \"desk\" must be a whole number ≥ 0"},
		{"resources:\n  desk: 1\n  desk: 2\nflows: {}", "m.yaml:3:3: "},
		{"resources:\n  desk: {capacity: 1, schedule: {shifts: [[5, 1], [3, 2]]}}\nflows: {}", "m.yaml:2:51: shifts are out of order: 3 comes after 5"},
		{"resources:\n  desk: {capacity: 1, breakdowns: {up: 3}}\nflows: {}", "m.yaml:2:35: breakdowns need up and down"},
		{"resources: {a: 1, b: 1}\njockeying: {lines: [a, c]}\nflows: {}", `m.yaml:2:24: there is no resource "c"`},
		{"resources: {a: 1, b: 1}\njockeying: {lines: [a, b], gap: 1}\nflows: {}", "m.yaml:2:33: the gap must be a whole number ≥ 2"},
		{"resources:\n  desk: {capacity: 1, breakdowns: {up: 3, after uses: 2, down: 1}}\nflows: {}", "m.yaml:2:35: breakdowns come by the clock"},
		{"sources: {x: exponential(-2)}\nflows: {}", "m.yaml:1:14: exponential(-2): mean is -2"},
		{"sources: {x: exponental(2)}\nflows: {}", "m.yaml:1:14: want a law"},
		{"containers:\n  tank: {capacity: 2, initial: 3}\nflows: {}", "m.yaml:2:9: container \"tank\""},
		{frame("arrive: exponential(1)", "sieze: desk", "depart"), `m.yaml:6:5: there is no step "sieze": did you mean "seize"?`},
		{frame("arrive: exponential(1)", "seize: dest", "depart"), `m.yaml:6:12: there is no resource "dest": did you mean "desk"?`},
		{frame("arrive: exponential(1)", "seize: {all: {dest: 1}}", "depart"), `m.yaml:6:19: there is no resource "dest": did you mean "desk"?`},
		{frame("arrive: exponential(1)", "seize: {all: {desk: 0}}", "depart"), `m.yaml:6:25: units must be a whole number ≥ 1`},
		{frame("arrive: exponential(1)", "seize: {all: {desk: 1}, resource: desk}", "depart"), "m.yaml:6:12: seize has one of these"},
		{frame("arrive: {rates: [[1, 3]]}", "depart"), "m.yaml:5:21: rates [3] from times [1]"},
		{frame("arrive: {rates: [[0, 3], [5]]}", "depart"), "m.yaml:5:30: a rate is a list"},
		{frame("arrive: exponential(1)", "hold: 3 + * 2", "depart"), `m.yaml:6:15: "*" stands where an operand is wanted`},
		{frame("arrive: exponential(1)", "if: [0 < n <= 3, x]", "label: x", "depart"), `m.yaml:6:16: comparisons do not chain`},
		{frame("arrive: exponential(1)", "hold: 3 + m", "depart"), `m.yaml:6:15: there is no attribute, source or parameter "m": did you mean "n"?`},
		{frame("arrive: exponential(1)", "hold: 3 + queue(dsk)", "depart"), `m.yaml:6:21: there is no resource "dsk"`},
		{frame("arrive: exponential(1)", "hold: \"(3\"", "depart"), `")" is missing at the end`},
		{frame("arrive: exponential(1)", "hold: sqr(3)", "depart"), `m.yaml:6:11: there is no function "sqr": did you mean "sqrt"?`},
		{frame("arrive: exponential(1)", "hold: 'sqrt(3, 4)'", "depart"), `m.yaml:6:11: sqrt has 1 arguments, not 2`},
		{frame("arrive: exponential(1)", "hold: 3 ^ ", "depart"), `m.yaml:6:14: the formula ends where an operand is wanted`},
		{frame("arrive: exponential(1)", "goto: nowhere"), `m.yaml:6:11: there is no label "nowhere" in flow "f"`},
		{frame("arrive: exponential(1)", "hold: 1"), `m.yaml:6:5: flow "f" must end with depart, goto or transfer`},
		{frame("arrive: exponential(1)", "transfer: [g, x]"), `m.yaml:6:16: there is no flow "g"`},
		{frame("arrive: exponential(1)", "transfer: [f, y, 2]"), `m.yaml:6:19: there is no label "y" in flow "f"`},
		{frame("arrive: exponential(1)", "transfer: f"), `m.yaml:6:15: transfer is a list of`},
		{frame("arrive: exponential(1)", "transfer: [g, x]") + "  g: {steps: [label: x, depart]}\n", `m.yaml:6:16: flow "g" has fewer attributes than flow "f"`},
		{"sources: {x: 'hyperexponential(0.5, 1, 0.5)'}\nflows: {}", "m.yaml:1:14: hyperexponential of 2 shares and 1 means"},
		{frame("hold: 1", "depart"), `m.yaml:5:5: flow "f" has no arrive step`},
		{frame("arrive: exponential(1)", "decide: [[0.7, x], [0.6, x]]", "label: x", "depart"), "m.yaml:6:25: chances must be"},
		{frame("arrive: exponential(1)", "seize: {resource: desk, unit: 1}", "depart"), `m.yaml:6:29: seize has no field "unit": did you mean "units"?`},
		{frame("arrive: exponential(1)", "get: {container: tank}", "depart"), "m.yaml:6:10: get needs a container and an amount, or a store"},
		{frame("arrive: exponential(n)", "depart"), "m.yaml:5:25: the parameters of exponential must be numbers or parameters"},
		{frame("arrive: 'exponential(1, 2)'", "depart"), "m.yaml:5:13: exponential has the parameters (mean), not 2"},
	} {
		_, err := text.Read("m.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
	_, err := text.Read("m.json", []byte("{\n  \"until\": 3,,\n}"))
	if err == nil || !strings.HasPrefix(err.Error(), "m.json:2:14: ") {
		t.Errorf("JSON: %v", err)
	}
}

// TestWith_KeepsTheStreams doubles a mean: all draws are twice what they were,
// wherever the law is written.
func TestWith_KeepsTheStreams(t *testing.T) {
	m, err := text.Read("m.yaml", []byte(`
parameters: {mean: 3}
sources: {named: exponential(mean)}
flows:
  f:
    steps:
      - arrive: {every: exponential(mean), limit: 50}
      - record: {inside: 1 * exponential(2 * mean), alone: exponential(mean), named: named}
      - depart
`))
	if err != nil {
		t.Fatal(err)
	}
	other, err := m.With(map[string]float64{"mean": 6})
	if err != nil {
		t.Fatal(err)
	}
	a, b := outcomes(t, m, 10000), outcomes(t, other, 10000)
	for _, name := range []string{"inside", "alone", "named"} {
		if x, y := sim.Find(a, name), sim.Find(b, name); !(math.Abs(y-2*x) < 1e-12*y) {
			t.Errorf("%s is %v and then %v", name, x, y)
		}
	}
}

// TestRead_FormulasOfConstants compares formulas with their values.
func TestRead_FormulasOfConstants(t *testing.T) {
	for formula, want := range map[string]float64{
		"(1 < 2) == 1": 1, "not 2 < 1": 1, "1 + (2 < 1) < 2": 1, "(1 < 2) and (2 < 3)": 1, "-2 * 3 + 1": -5,
		"min(3, 2) + floor(2.5)": 4, "pow(2, log(exp(3)))": 8, "a / 4": 0.5,
		"6 / -2 * 3": -9, "-2 ^ 2": -4, "2 ^ 3 ^ 2": 512, "2 ^ -1 * 3": 1.5, "2 * 3 ^ 2": 18, "sqrt(16) + ceil(2.1)": 7, "mod(7, 3) + mod(-1, 3)": 3,
		"max(1, 5, 3, a)": 5, "min(4, 3, 9)": 3, "abs(-2.5) + round(1.5)": 4.5,
	} {
		m, err := text.Read("m.yaml", []byte("parameters: {a: 2, b: '"+formula+"'}\nflows: {f: {steps: [arrive: 1, depart]}}"))
		if err != nil {
			t.Errorf("%s: %v", formula, err)
		} else if got := m.Parameters["b"]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", formula, got, want)
		}
	}
}

// FuzzRead looks for texts that panic.
func FuzzRead(f *testing.F) {
	source, err := os.ReadFile("testdata/ward.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(source))
	f.Add(frame("arrive: exponential(1)", "hold: 1 + 2 * -n", "depart"))
	f.Fuzz(func(t *testing.T, s string) {
		m, err := text.Read("m.yaml", []byte(s))
		if err == nil && m == nil {
			t.Error("neither model nor error")
		}
	})
}

func ExampleRead() {
	m, err := text.Read("bank.yaml", []byte(`
resources: {teller: 1}
flows:
  customers:
    steps:
      - arrive: {every: 3, limit: 4}
      - seize: teller
      - hold: 5
      - release: teller
      - depart
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	s := sim.New(rng.NewKey(1), sim.Options{})
	if err := m.Build(s, 0); err != nil {
		fmt.Println(err)
		return
	}
	if err := s.Run(context.Background(), sim.Until{Time: 100}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("mean wait:", sim.Find(s.Outcomes(), "teller.wait"))
	// Output: mean wait: 3
}

// TestRead_AliasesEndQuickly reads texts whose aliases would multiply or go round
// for ever if they were followed blindly.
func TestRead_AliasesEndQuickly(t *testing.T) {
	bomb := "name: b\nflows:\n  f:\n    steps: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for _, next := range []string{"ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"} {
		bomb += "  " + next[1:] + ":\n    steps: &" + next[1:] + " [" + strings.Repeat("*"+next[:1]+", ", 9) + "*" + next[:1] + "]\n"
	}
	for _, model := range []string{
		bomb, "flows:\n  f:\n    steps: &s [*s, *s]\n", "flows: &s\n  f: *s\n",
		"flows:\n  f: {steps: [{arrive: &a {every: *a}}, {decide: &d [*d]}, depart]}\n",
	} {
		var mistakes text.Errors
		if _, err := text.Read("aliases.yaml", []byte(model)); !errors.As(err, &mistakes) {
			t.Errorf("%v for\n%s", err, model)
		}
	}
}
