package rng

// NegBinomial returns a count k with probability
//
//	Γ(k + alpha) / (Γ(alpha) k!) · (beta/(beta + 1))^alpha (1/(beta + 1))^k,
//
// as Poisson(Gamma(alpha, beta)); the mean is alpha/beta. alpha and beta are
// finite and > 0. It is +Inf where the gamma number is too large for float64.
func NegBinomial(s *Stream, alpha, beta float64) float64 {
	checkPositive("NegBinomial", "alpha", alpha)
	checkPositive("NegBinomial", "beta", beta)
	return poisson(s, Gamma(s, alpha, beta))
}

// NegBinomial2 returns a count with mean mu and variance mu + mu²/phi:
// NegBinomial(phi, phi/mu). mu is finite and ≥ 0, where 0 gives 0; phi is
// finite and > 0. It is +Inf where the gamma number is too large for float64.
func NegBinomial2(s *Stream, mu, phi float64) float64 {
	checkNotNegative("NegBinomial2", "mu", mu)
	checkPositive("NegBinomial2", "phi", phi)
	return poisson(s, float64(mu*Gamma(s, phi, phi)))
}
