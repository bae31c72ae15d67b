package rng

import "github.com/quatre-ppl/quatre/elem"

// Laplace returns a number with density exp(−|x − mu|/sigma) / (2 sigma), the
// double exponential, by inversion from one word. mu is finite, sigma finite
// and > 0.
func Laplace(s *Stream, mu, sigma float64) float64 {
	checkFinite("Laplace", "mu", mu)
	checkPositive("Laplace", "sigma", sigma)
	u := s.Float64()
	if u < 0.5 {
		return mu + float64(sigma*elem.Log(2*u))
	}
	return mu - float64(sigma*elem.Log(2*(1-u)))
}
