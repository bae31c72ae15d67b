package rng

import "github.com/quatre-ppl/quatre/elem"

// Gumbel returns a number with distribution function
// exp(−exp(−(x − mu)/beta)), by inversion from one word. mu is finite, beta
// finite and > 0.
func Gumbel(s *Stream, mu, beta float64) float64 {
	checkFinite("Gumbel", "mu", mu)
	checkPositive("Gumbel", "beta", beta)
	return mu - float64(beta*elem.Log(s.Exponential()))
}
