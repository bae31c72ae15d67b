package rng

import "github.com/quatre-ppl/quatre/elem"

// Logistic returns a number with distribution function
// 1 / (1 + exp(−(x − mu)/sigma)), by inversion from one word. mu is finite,
// sigma finite and > 0.
func Logistic(s *Stream, mu, sigma float64) float64 {
	checkFinite("Logistic", "mu", mu)
	checkPositive("Logistic", "sigma", sigma)
	u := s.Float64()
	return mu + float64(sigma*elem.Log(u/(1-u)))
}
