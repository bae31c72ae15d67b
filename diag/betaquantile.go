package diag

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// betaQuantile returns the x with I_x(a, b) = p, the p-quantile of a beta
// distribution with a, b ≥ 1, so that the density is bounded and has one peak;
// NaN where a parameter is.
//
// Newton's method, kept inside a bracket that shrinks: a step that would leave
// it is replaced by bisection.
func betaQuantile(p, a, b float64) float64 {
	if math.IsNaN(p) || math.IsNaN(a) || math.IsNaN(b) {
		return math.NaN()
	}
	logNorm := mathext.Lbeta(a, b)
	low, high := 0.0, 1.0
	x := a / (a + b)
	// Bisection alone ends after some 60 rounds, with Newton it takes about 6.
	for range 100 {
		excess := mathext.RegIncBeta(a, b, x) - p
		if excess < 0 {
			low = x
		} else {
			high = x
		}
		density := math.Exp((a-1)*math.Log(x) + (b-1)*math.Log1p(-x) - logNorm)
		next := x - excess/density
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-x) <= 0x1p-52*x {
			return next
		}
		x = next
	}
	return x
}
