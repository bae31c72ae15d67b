package rng

import "github.com/quatre-ppl/quatre/elem"

// Beta returns a number with density
//
//	x^(alpha−1) (1 − x)^(beta−1) / B(alpha, beta),  0 < x < 1.
//
// alpha and beta are finite and ≥ 1e-300. It is 0 or 1 only where the number is
// nearer to that than to any other float64, as often happens with small
// shapes.
func Beta(s *Stream, alpha, beta float64) float64 {
	checkShape("Beta", "alpha", alpha)
	checkShape("Beta", "beta", beta)
	x, _ := betaPair(s, alpha, beta)
	return x
}

// betaPair returns a Beta number x and 1 − x, both to full relative accuracy:
// the shares of two gamma numbers in their sum. Small shapes are compared as
// logarithms, for both gamma numbers may be below the smallest float64.
func betaPair(s *Stream, alpha, beta float64) (x, rest float64) {
	if alpha >= 1 && beta >= 1 {
		g := standardGamma(s, alpha)
		h := standardGamma(s, beta)
		return g / (g + h), h / (g + h)
	}
	logG := logStandardGamma(s, alpha)
	logH := logStandardGamma(s, beta)
	return 1 / (1 + elem.Exp(logH-logG)), 1 / (1 + elem.Exp(logG-logH))
}
