package rng

// BetaBinomial returns Binomial(n, P) with P from Beta(alpha, beta).
// 0 ≤ n ≤ 2^53; alpha and beta are finite and ≥ 1e-300.
func BetaBinomial(s *Stream, n int, alpha, beta float64) int {
	checkCount("BetaBinomial", "n", n)
	checkShape("BetaBinomial", "alpha", alpha)
	checkShape("BetaBinomial", "beta", beta)
	p, q := betaPair(s, alpha, beta)
	return binomial(s, n, p, q)
}
