package rng

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Gamma returns a number with density
//
//	rate^shape x^(shape−1) exp(−rate·x) / Γ(shape),  x > 0.
//
// shape and rate are finite and > 0. Below shape 1 the draw is made in log
// space, so it is 0 only where the number itself is too small for float64:
// with shape 0.001 that is about every second one.
func Gamma(s *Stream, shape, rate float64) float64 {
	checkPositive("Gamma", "shape", shape)
	checkPositive("Gamma", "rate", rate)
	if shape >= 1 {
		return standardGamma(s, shape) / rate
	}
	return elem.Exp(logStandardGamma(s, shape) - elem.Log(rate))
}

// logStandardGamma returns the logarithm of a Gamma(shape, 1) number. A shape
// below 1 is lifted by G(shape) = G(shape + 1)·U^(1/shape) (Marsaglia and
// Tsang 2000, section 6), and log U = −Exponential.
func logStandardGamma(s *Stream, shape float64) float64 {
	if shape >= 1 {
		return elem.Log(standardGamma(s, shape))
	}
	lifted := elem.Log(standardGamma(s, shape+1))
	return lifted - s.Exponential()/shape
}

// standardGamma returns a Gamma(shape, 1) number for shape ≥ 1 as d(1 + t)³
// with t = Z/√(9d), d = shape − 1/3, by rejection from the normal Z (Marsaglia
// and Tsang 2000, "A simple method for generating gamma variables", section
// 4, where 0.0331 is from).
func standardGamma(s *Stream, shape float64) float64 {
	d := shape - 1.0/3
	c := 1 / (3 * math.Sqrt(d))
	for {
		z := s.Normal()
		t := float64(c * z)
		if t <= -1 {
			continue
		}
		u := s.Float64()
		square := z * z
		cube := (1 + t) * (1 + t) * (1 + t)
		if u < 1-float64(0.0331*square*square) || elem.Log(u) < 3*d*log1pFrom4(t) {
			return float64(d * cube)
		}
	}
}

// log1pFrom4 returns log1p(t) − t + t²/2 − t³/3, the part of log1p from order
// four. Times 3d it is z²/2 + d(1 − v + log v), the logarithm of the
// acceptance ratio at v = (1 + t)³, without its cancellation at large shapes.
func log1pFrom4(t float64) float64 {
	if math.Abs(t) < 0x1p-8 {
		// The next term, t⁷/7, changes the acceptance by less than 1e-12.
		return t * t * t * t * (-0.25 + float64(t*(0.2-t/6)))
	}
	return elem.Log1p(t) - float64(t*(1-float64(t*(0.5-t/3))))
}
