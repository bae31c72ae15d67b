package rng

import "github.com/quatre-ppl/quatre/elem"

// Weibull returns a number with distribution function
// 1 − exp(−(x/scale)^shape) on x > 0, by inversion from one word. shape and
// scale are finite and > 0.
func Weibull(s *Stream, shape, scale float64) float64 {
	checkPositive("Weibull", "shape", shape)
	checkPositive("Weibull", "scale", scale)
	return float64(scale * elem.Exp(elem.Log(s.Exponential())/shape))
}
