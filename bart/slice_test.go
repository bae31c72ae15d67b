package bart

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// TestSlice_KeepsTheLaw starts at draws of a law and compares those after a few steps with it, for widths that are
// too small, right and too large. False alarm: 1e-6 each.
func TestSlice_KeepsTheLaw(t *testing.T) {
	src := rng.NewKey(6).Stream()
	for _, width := range []float64{0.1, 2, 1000} {
		sample := make([]float64, 2000)
		for i := range sample {
			sample[i] = elem.Log(src.Exponential())
			for range 3 {
				sample[i] = slice(src, sample[i], width, func(x float64) float64 { return x - elem.Exp(x) })
			}
		}
		_, p := check.KolmogorovSmirnov(sample, func(x float64) float64 { return -math.Expm1(-math.Exp(x)) })
		check.PValue(t, p, 1e-6, "width", width)
	}
}

func TestSlice_StaysWhereNothingElseIs(t *testing.T) {
	src := rng.NewKey(6).Stream()
	point := func(x float64) float64 {
		if x == 0.25 {
			return 0
		}
		return math.Inf(-1)
	}
	if got := slice(src, 0.25, 1, point); got != 0.25 {
		t.Errorf("%v, want 0.25", got)
	}
	if got := slice(src, 0.25, 1, func(float64) float64 { return math.NaN() }); math.IsNaN(got) {
		t.Error("left for a place that is no number")
	}
}
