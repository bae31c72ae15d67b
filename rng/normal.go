package rng

import "github.com/quatre-ppl/quatre/elem"

// Normal returns a standard normal number by inversion of the distribution
// function, Φ⁻¹(u), from one word; it lies within ±8.21.
func (s *Stream) Normal() float64 { return elem.NormQuantile(s.Float64()) }

// Normal returns mu + sigma·Z with Z standard normal, from one word. mu is
// finite; sigma is finite and ≥ 0, where 0 gives mu.
func Normal(s *Stream, mu, sigma float64) float64 {
	checkFinite("Normal", "mu", mu)
	checkNotNegative("Normal", "sigma", sigma)
	return mu + float64(sigma*s.Normal())
}
