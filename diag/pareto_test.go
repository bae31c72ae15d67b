package diag

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestFitPareto_FindsTheShape(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for _, want := range []float64{-0.2, 0.3, 0.9} {
		x := make([]float64, 2000)
		for i := range x {
			x[i] = paretoQuantile(r.Float64(), want, 1.5)
		}
		slices.Sort(x)
		k, scale := fitPareto(x)
		// The standard error of the shape is (1 + k)/√n.
		check.Close(t, k, want, check.Z(4.5, (1+want)/math.Sqrt(2000)), "shape")
		check.Close(t, scale, 1.5, check.Z(4.5, 1.5*math.Sqrt(2*(1+want)/2000)), "scale")
	}
}

// Ratios from generalised Pareto distributions, and what needs no smoothing.
func TestSmoothTail_FindsTheShape(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 51))
	for _, want := range []float64{0.2, 0.5, 0.9} {
		mean := 0.0
		const rounds = 20
		for range rounds {
			ratios := make([]float64, 4000)
			for i := range ratios {
				ratios[i] = math.Log(1 + paretoQuantile(r.Float64(), want, 1))
			}
			mean += SmoothTail(ratios) / rounds
			if slices.Max(ratios) > 0 {
				t.Fatalf("the largest log weight is %g", slices.Max(ratios))
			}
		}
		// Standard error 0.02; the estimate is drawn towards 0.5 by a twentieth.
		if math.Abs(mean-want) > 0.1 {
			t.Errorf("mean of the fitted shapes %g, want %g", mean, want)
		}
	}
	equal := make([]float64, 100)
	for i := range equal {
		equal[i] = 7
	}
	if shape := SmoothTail(equal); equal[3] != 0 || !math.IsInf(shape, -1) {
		t.Errorf("equal ratios: log weight %g, shape %g", equal[3], shape)
	}
	nearly := make([]float64, 100)
	for i := range nearly {
		nearly[i] = 1e-14 * r.NormFloat64()
	}
	if shape := SmoothTail(nearly); !math.IsInf(shape, -1) {
		t.Errorf("ratios equal but for rounding: shape %g", shape)
	}
	few := []float64{1, math.Inf(-1), 1}
	if shape := SmoothTail(few); few[0] != 0 || !math.IsInf(few[1], -1) || !math.IsInf(shape, 1) {
		t.Errorf("three ratios: log weights %v, shape %g", few, shape)
	}
	if shape := SmoothTail(nil); !math.IsInf(shape, 1) {
		t.Errorf("no ratios: shape %g", shape)
	}
}
