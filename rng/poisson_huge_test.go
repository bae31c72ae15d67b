package rng

import (
	"math"
	"testing"
)

func TestPoisson_HugeMeansEnd(t *testing.T) {
	s := NewKey(1).Child("huge").Stream()
	for _, mean := range []float64{1e17, 1e18, 2e18, 1e100, 1.5e306, math.MaxFloat64} {
		for range 100 {
			x := Poisson(s, mean)
			if z := (x - mean) / math.Sqrt(mean); !(math.Abs(z) < 8) || x != math.Floor(x) {
				t.Errorf("mean %g: %g is %g standard deviations away", mean, x, z)
			}
		}
	}
}
