package rng

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Geometric returns the number of failures before the first success, a count k
// with probability p (1 − p)^k, by inversion from one word. 0 < p ≤ 1.
func Geometric(s *Stream, p float64) float64 {
	if !(p > 0 && p <= 1) {
		panic(fmt.Sprintf("rng: Geometric with p = %v, want 0 < p ≤ 1", p))
	}
	return math.Floor(s.Exponential() / -elem.Log1p(-p))
}
