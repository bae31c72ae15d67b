package text_test

import (
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/text"
)

// TestRead_SwitchGoesWhereTheValueSays sends tokens 1 to 12 three ways, by default and
// without one.
func TestRead_SwitchGoesWhereTheValueSays(t *testing.T) {
	for rest, want := range map[string][4]float64{", default: other": {3, 3, 6, 0}, "": {3, 3, 0, 6}} {
		m, err := text.Read("m.yaml", []byte(`
parameters: {second: 2}
flows:
  f:
    attributes: [kind]
    steps:
      - arrive: {every: 1, limit: 12}
      - assign: {kind: "mod(number, 4)"}
      - switch: {value: kind, cases: {1: a, second: b}`+rest+`}
      - depart: next
      - label: a
      - depart: a
      - label: b
      - depart: b
      - label: other
      - depart: other
`))
		if err != nil {
			t.Fatal(err)
		}
		out := outcomes(t, m, 100)
		for i, name := range []string{"a", "b", "other", "next"} {
			if got := sim.Find(out, "f."+name+".departed"); got != want[i] {
				t.Errorf("%q: %v go to %s, want %v", rest, got, name, want[i])
			}
		}
	}
}

func TestRead_MistakesOfSwitchAndVectors(t *testing.T) {
	step := func(s string) string { return frame("arrive: exponential(1)", s, "label: x", "depart") }
	source := func(s, step string) string {
		return "sources:\n  v: " + s + "\nflows:\n  f: {attributes: [n, m], steps: [arrive: 1,\n    " + step + ", depart]}\n"
	}
	const two = "{laws: [exponential(1), exponential(2)], correlations: 0.5}"
	for _, c := range []struct{ text, want string }{
		{step("switch: {value: n, cases: {1: y}}"), `m.yaml:6:35: there is no label "y" in flow "f"`},
		{step("switch: {value: n, cases: {1: x, 1.0: x}}"), `m.yaml:6:38: there are two cases 1`},
		{step("switch: {value: n, cases: {red: x}}"), `m.yaml:6:32: a case must be a number`},
		{step("switch: {value: k, cases: {1: x}}"), `m.yaml:6:21: there is no attribute, source or parameter "k"`},
		{step("switch: {value: n, cases: {}}"), `m.yaml:6:13: switch needs a value, and cases`},
		{step("switch: {values: n, cases: {1: x}}"), `m.yaml:6:14: switch has no field "values": did you mean "value"?`},
		{step("if: [uniform(0, 1) < n, x]"), `m.yaml:6:10: "uniform(0" is part of a formula with commas: within [ ] it needs quotes`},
		{step("seize: {resource: desk, patience: [min(n, 3), x]}"), `m.yaml:6:40: "min(n" is part of a formula with commas`},
		{step("hold: {time: uniform(1, 2)}"), `m.yaml:6:29: "2)" is part of a formula with commas: within { } it needs quotes`},
		{step("assign: {n: choice(1, 0.4, 2, 0.6)}"), `m.yaml:6:35: "0.6)" is part`},
		{"parameters: {a: sqrt(0 - 1)}\nflows: {}", `m.yaml:1:17: parameter "a" is NaN`},
		{step("switch: [n, x]"), `m.yaml:6:13: switch must be a mapping`},
		{source("{laws: [exponential(1)], correlations: 0.5}", "hold: 1"), "m.yaml:2:6: a source of vectors needs two laws or more"},
		{source("{laws: [exponential(1), exponential(2)]}", "hold: 1"), "m.yaml:2:6: a source of vectors needs two laws or more, and their correlations"},
		{source("{laws: [exponential(1), exponental(2)], correlations: 0}", "hold: 1"), "m.yaml:2:30: want a law"},
		{source("{laws: [exponential(1), exponential(2)], correlations: 1.5}", "hold: 1"), "m.yaml:2:61: correlations [1 1.5 1.5 1] are not positive definite"},
		{source("{laws: [exponential(1), exponential(2)], correlations: [[1, 0.5], [0.4, 1]]}", "hold: 1"), "m.yaml:2:61: correlations [1 0.5 0.4 1] are not symmetric"},
		{source("{laws: [exponential(1), exponential(2)], correlations: [[1, 0.5], [0.5]]}", "hold: 1"), "m.yaml:2:72: correlations of 2 laws are 2 rows of 2 numbers"},
		{source("{laws: [exponential(1), poisson(2)], correlations: 0.2}", "hold: 1"), "m.yaml:2:57: "},
		{source("{law: exponential(1), autocorrelation: 1}", "hold: 1"), "m.yaml:2:6: a correlation of 1: want it between"},
		{source("{law: exponential(1), correlation: 0.3}", "hold: 1"), `m.yaml:2:28: a source has no field "correlation"`},
		{source(two, "draw: {v: [n]}"), `m.yaml:5:15: source "v" gives vectors of 2 numbers: name an attribute for each`},
		{source(two, "draw: {v: [n, k]}"), `m.yaml:5:19: there is no attribute "k"`},
		{source(two, "draw: {w: [n, m]}"), `m.yaml:5:12: there is no source of vectors "w"`},
		{source(two, "hold: 2 * v"), "m.yaml:5:15: source \"v\" gives vectors of 2 numbers: the step `draw` makes them attributes"},
		{source(two, "arrive: v"), "m.yaml:5:13: source \"v\" gives vectors of 2 numbers"},
		{source(two, "assign: {n: v}"), "m.yaml:5:17: source \"v\" gives vectors of 2 numbers"},
	} {
		_, err := text.Read("m.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestRead_CorrelatedNumbers measures products: E[xy] of two exponential laws of mean 1
// with independent scores is 1, and larger or smaller where they are correlated. The
// means of the laws do not change. False alarm 1e-3 for each number.
func TestRead_CorrelatedNumbers(t *testing.T) {
	m, err := text.Read("m.yaml", []byte(`
sources:
  pair: {laws: [exponential(1), "uniform(0, 2)"], correlations: [[1, 0.8], [0.8, 1]]}
  like: {law: exponential(1), autocorrelation: 0.7}
flows:
  f:
    attributes: [x, y]
    steps:
      - arrive: {every: 1, limit: 20000}
      - draw: {pair: [x, y]}
      - record: {x: x, y: y, product: x * y, follows: like * like}
      - depart
`))
	if err != nil {
		t.Fatal(err)
	}
	out := outcomes(t, m, 30000)
	uniform := func(u float64) float64 { return 2 * u }
	exponential := func(u float64) float64 { return -math.Log1p(-u) }
	product, ofProduct := moments(0.8, uniform)
	follows, ofFollows := moments(0.7, exponential)
	for _, c := range []struct {
		name     string
		want, sd float64
	}{{"x", 1, 1}, {"y", 1, 1 / math.Sqrt(3)}, {"product", product, ofProduct}, {"follows", follows, ofFollows}} {
		check.Close(t, sim.Find(out, c.name), c.want, check.Z(3.3, c.sd/math.Sqrt(20000)), c.name)
	}
}

// moments returns mean and standard deviation of E(z) g(Φ(ρz + √(1−ρ²) e)), z and e
// independent standard normal, E(z) the exponential number of score z: a sum over a
// grid.
func moments(rho float64, g func(u float64) float64) (mean, sd float64) {
	const h = 0.04
	weight := func(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) * h }
	cdf := func(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
	square := 0.0
	for z := -8.0; z <= 8; z += h {
		for e := -8.0; e <= 8; e += h {
			u := min(cdf(rho*z+math.Sqrt(1-rho*rho)*e), 1-0x1p-53)
			x, w := -math.Log(cdf(-z))*g(u), weight(z)*weight(e)
			mean += w * x
			square += w * x * x
		}
	}
	return mean, math.Sqrt(square - mean*mean)
}
