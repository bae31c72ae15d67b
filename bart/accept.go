package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// accept makes the random decision of a proposal.
func accept(logRatio float64, src *rng.Stream) bool { return acceptRoot(1, logRatio, src) }

// acceptRoot accepts with probability √factor·exp(exponent), or 1 if that is more. Most
// decisions need no logarithm.
func acceptRoot(factor, exponent float64, src *rng.Stream) bool {
	u := src.Float64()
	x, bound := float64(u*u)/factor, 2*exponent // √factor·exp(exponent) > u
	if x > 1e-300 && x < 1e300 {
		low := logBelow(x)
		if low > bound+logMargin {
			return false
		}
		if low+logGap < bound {
			return true
		}
	}
	return elem.Log(x) < bound
}

// logBelow returns a number below log x, by less than logGap: with x = 2^k·(1+f), the digits of x read as those of
// k+f, and log2(1+f) − f is between 0 and 0.0861 for f from 0 to 1. x is positive, finite and no
// denormal number.
func logBelow(x float64) float64 {
	return float64(float64(int64(math.Float64bits(x)))*(log2*0x1p-52)) - 1023*log2
}

const (
	logGap    = 0.06 // more than 0.0861·log 2
	logMargin = 1e-9 // rounding
)

// balanced returns another pair with the same √factor·exp(exponent) before factor leaves the range of floating-point numbers.
func balanced(factor, exponent float64) (_, _ float64) {
	if factor < 1e-100 || factor > 1e100 {
		return 1, exponent + float64(0.5*elem.Log(factor))
	}
	return factor, exponent
}

// marginals are the parts of the marginal likelihood of two leaves together.
func (e *ensemble) marginals(a, b []float64, na, nb int32) (q, exponent float64) {
	qa, xa := e.model.marginal(a, na)
	qb, xb := e.model.marginal(b, nb)
	return qa * qb, xa + xb
}
