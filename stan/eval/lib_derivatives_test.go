package eval

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/model/expr"
)

// TestFunctions_Derivatives compares the gradient of a weighted sum of a function's elements with differences.
func TestFunctions_Derivatives(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles hundreds of programs")
	}
	checked, skipped := 0, 0
	for _, f := range functionCases(t) {
		if f.Rejects || f.Fixed || f.Exact {
			continue
		}
		try := f.prepare(t)
		// The factor leads away from whole numbers, where some functions have steps.
		symbols, q := asSymbols(f.values(try.fn, 0.987), -1)
		v, err := try.call(symbols)
		if err != nil || !v.IsSym() || len(q) == 0 {
			continue // TestFunctions_OnParametersAsOnNumbers reports it
		}
		c, s := f.checkGradient(t, v.Sym, q)
		checked, skipped = checked+c, skipped+s
	}
	if skipped > checked/20 {
		t.Errorf("%d derivatives checked, %d skipped", checked, skipped)
	}
}

func (f *functionCase) checkGradient(t *testing.T, x expr.Expr, q []float64) (checked, skipped int) {
	t.Helper()
	weights := make([]float64, x.Size())
	for i := range weights {
		weights[i] = 1 / float64(i+2)
	}
	p, in, err := graph.CompileDensity(expr.Dot(expr.Reshape(x, []int{x.Size()}), weights), len(q))
	e := bindProgram(t, p, in, err)
	grad := make([]float64, len(q))
	if _, err := e.LogDensityGrad(grad, q); err != nil {
		t.Fatal(err)
	}
	name := f.name()
	for i := range q {
		if q[i] == 0 && strings.ContainsAny(name[:1], "fctsr") {
			skipped++ // floor, ceil, trunc, step, round and cbrt at their step
			continue
		}
		want, spread := weightedDifference(t, x, weights, q, i)
		if math.IsNaN(want) || math.IsInf(want, 0) || spread > 1e-3*max(math.Abs(want), 1e-3) {
			skipped++ // the end of a domain, or too steep for differences
			continue
		}
		checked++
		bound := 20*spread + 1e-6*max(math.Abs(want), 1e-3)
		if !(math.Abs(grad[i]-want) <= bound) {
			t.Errorf("%s: derivative by element %d at %v is %v, by differences %v ± %.2g", name, i, q[i], grad[i], want, spread)
		}
	}
	return checked, skipped
}

// weightedDifference returns the derivative of Σ weights·x by q[i] by central differences with the step whose result the
// next one changes least, and that change with the noise of rounding. It takes the differences of the elements before it adds them.
func weightedDifference(t *testing.T, x expr.Expr, weights, q []float64, i int) (best, spread float64) {
	t.Helper()
	at := func(v float64) []float64 {
		moved := slices.Clone(q)
		moved[i] = v
		y, err := fold(x, moved)
		if err != nil {
			t.Fatal(err)
		}
		return y
	}
	best, spread = math.NaN(), math.Inf(1)
	last := math.NaN()
	for _, relative := range []float64{1e-2, 2e-3, 4e-4, 8e-5, 1.6e-5, 3.2e-6} {
		h := relative * math.Abs(q[i])
		if h == 0 {
			h = 1e-3 * relative
		}
		high, low := at(q[i]+h), at(q[i]-h)
		d, noise := 0.0, 0.0
		for k, w := range weights {
			if len(high) == 1 && math.IsInf(high[k], 0) {
				return math.NaN(), 0 // outside the support
			}
			if high[k] == low[k] {
				continue // an element that q[i] is not in
			}
			d += w * (high[k] - low[k]) / (2 * h)
			noise += w * math.Abs(high[k]) * 0x1p-53 / h
		}
		if change := math.Abs(d-last) + noise; change < spread {
			best, spread = d, change
		}
		last = d
	}
	return best, spread
}
