package rng

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Cauchy returns a number with density 1 / (π sigma (1 + ((x − mu)/sigma)²)),
// by inversion from one word. mu is finite, sigma finite and > 0.
func Cauchy(s *Stream, mu, sigma float64) float64 {
	checkFinite("Cauchy", "mu", mu)
	checkPositive("Cauchy", "sigma", sigma)
	// The cotangent keeps both tails accurate: they lie at small angles, not
	// beside a pole of the tangent.
	u := s.Float64()
	if u < 0.5 {
		return mu - sigma/elem.Tan(float64(math.Pi*u))
	}
	return mu + sigma/elem.Tan(float64(math.Pi*(1-u)))
}
