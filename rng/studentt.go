package rng

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// StudentT returns mu + sigma·Z/√(V/nu) with Z standard normal and V chi-square
// with nu degrees of freedom. nu and sigma are finite and > 0, mu is finite.
// It is infinite where the number is too large for float64, which takes nu
// well below 1.
func StudentT(s *Stream, nu, mu, sigma float64) float64 {
	checkPositive("StudentT", "nu", nu)
	checkFinite("StudentT", "mu", mu)
	checkPositive("StudentT", "sigma", sigma)
	z, half := s.Normal(), nu/2
	// V/2 is Gamma(nu/2, 1).
	if half >= 1 {
		return mu + float64(sigma*z*math.Sqrt(half/standardGamma(s, half)))
	}
	stretch := elem.Exp((elem.Log(half) - logStandardGamma(s, half)) / 2)
	return mu + float64(sigma*z*stretch)
}
