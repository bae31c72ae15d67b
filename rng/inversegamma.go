package rng

import "github.com/quatre-ppl/quatre/elem"

// InverseGamma returns 1/Gamma(shape, rate = scale), a number with density
//
//	scale^shape x^(−shape−1) exp(−scale/x) / Γ(shape),  x > 0.
//
// shape and scale are finite and > 0. It is +Inf where the number is too large
// for float64.
func InverseGamma(s *Stream, shape, scale float64) float64 {
	checkPositive("InverseGamma", "shape", shape)
	checkPositive("InverseGamma", "scale", scale)
	if shape >= 1 {
		return scale / standardGamma(s, shape)
	}
	return elem.Exp(elem.Log(scale) - logStandardGamma(s, shape))
}
