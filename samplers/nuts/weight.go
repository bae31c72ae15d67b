package nuts

import "github.com/quatre-ppl/quatre/elem"

// weight is a sum of exponentials, sum · exp(shift). As long as no term's
// exponent leaves ±directExponent the shift is 0 and weights simply add, which
// saves a logarithm and an exponential per addition against sums kept on the
// log scale; beyond, the shift keeps them from overflow and underflow.
type weight struct {
	sum, shift float64
}

// directExponent bounds the exponents that are summed without a shift: 2^maxDepth
// terms up to exp(500) = 1e217 stay far from overflow, and exp(-500) = 1e-217
// keeps all its bits.
const directExponent = 500

// newWeight returns exp(exponent). It also returns min(1, exp(exponent)), the
// acceptance statistic of the same state.
func newWeight(exponent float64) (w weight, accept float64) {
	if exponent > directExponent {
		return weight{1, exponent}, 1
	}
	e := elem.Exp(exponent)
	if exponent < -directExponent {
		return weight{1, exponent}, e
	}
	return weight{e, 0}, min(1, e)
}

// plus returns the sum of two weights.
func (w weight) plus(o weight) weight {
	if w.shift == o.shift {
		return weight{w.sum + o.sum, w.shift}
	}
	return w.plusShifted(o)
}

func (w weight) plusShifted(o weight) weight {
	shift := max(w.shift, o.shift)
	return weight{w.at(shift) + o.at(shift), shift}
}

// times returns the weight times a positive factor.
func (w weight) times(factor float64) weight { return weight{float64(w.sum * factor), w.shift} }

// exceeds reports whether w > o.
func (w weight) exceeds(o weight) bool {
	if w.shift == o.shift {
		return w.sum > o.sum
	}
	shift := max(w.shift, o.shift)
	return w.at(shift) > o.at(shift)
}

// at returns the factor f for which the weight is f · exp(shift).
func (w weight) at(shift float64) float64 {
	return float64(w.sum * elem.Exp(w.shift-shift))
}
