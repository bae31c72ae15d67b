package rng

import "github.com/quatre-ppl/quatre/elem"

// LogNormal returns exp(Normal(mu, sigma)), from one word. mu is finite; sigma
// is finite and ≥ 0, where 0 gives exp(mu).
func LogNormal(s *Stream, mu, sigma float64) float64 {
	checkFinite("LogNormal", "mu", mu)
	checkNotNegative("LogNormal", "sigma", sigma)
	return elem.Exp(mu + float64(sigma*s.Normal()))
}
