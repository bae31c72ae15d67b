package tensor

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// LogSumExp returns log Σ exp(x[i]) without overflow or harmful underflow:
//
//	m + log1p(Σ_{i≠j} exp(x[i] − m)),  m = x[j] the first largest element.
//
// Leaving the largest term out of the sum keeps full relative accuracy also
// where the result is near 0. The terms are added in index order. It is −Inf
// for an empty slice and when all elements are −Inf, +Inf when the largest
// element is +Inf, and NaN as soon as one element is NaN.
func LogSumExp(x []float64) float64 {
	largest, at := math.Inf(-1), -1
	for i, v := range x {
		if math.IsNaN(v) {
			return math.NaN()
		}
		if v > largest {
			largest, at = v, i
		}
	}
	if at < 0 || math.IsInf(largest, 1) {
		return largest
	}
	rest := 0.0
	for i, v := range x {
		if i != at {
			rest += elem.Exp(v - largest)
		}
	}
	return largest + elem.Log1p(rest)
}
