package rng

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Dirichlet writes into dst a point of the simplex with density proportional
// to Π x_i^(alpha_i − 1): gamma numbers divided by their sum, made in log space
// so that small alpha_i are right too. The lengths are equal and not 0; every
// alpha_i is finite and ≥ 1e-300. dst and alpha may be the same slice.
func Dirichlet(dst []float64, s *Stream, alpha []float64) {
	if len(dst) != len(alpha) || len(dst) == 0 {
		panic(fmt.Sprintf("rng: Dirichlet of %d alpha into %d elements, want the same number, not 0", len(alpha), len(dst)))
	}
	largest := math.Inf(-1)
	for i, a := range alpha {
		checkShape("Dirichlet", "alpha", a)
		dst[i] = logStandardGamma(s, a)
		largest = max(largest, dst[i])
	}
	sum := 0.0
	for i, logG := range dst {
		dst[i] = elem.Exp(logG - largest)
		sum += dst[i]
	}
	for i := range dst {
		dst[i] /= sum
	}
}
