package rng

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// The rejection samplers of counts need log probabilities that are right at
// any size: k log(mean) − mean − log k! has lost all its digits at 1e15. The
// saddle-point form has no large terms (Loader 2000, "Fast and accurate
// computation of binomial probabilities").

// halfLog2Pi is log(2π)/2.
const halfLog2Pi = 0.91893853320467274178

// logPoisson returns the log probability of the count k ≥ 0 under a Poisson
// distribution with mean > 0 (Loader 2000, eq. 4).
func logPoisson(k, mean float64) float64 {
	if k == 0 {
		return -mean
	}
	return -stirlingError(k) - deviance(k, mean) - halfLog2Pi - float64(elem.Log(k)/2)
}

// logBinomial returns the log probability of k successes among n trials of
// probability p, q = 1 − p, with 0 < p < 1 and n ≥ 0; −Inf unless 0 ≤ k ≤ n
// (Loader 2000, eq. 3).
func logBinomial(k, n, p, q float64) float64 {
	switch {
	case k < 0 || k > n:
		return math.Inf(-1)
	case k == 0:
		return float64(n * elem.Log1p(-p))
	case k == n:
		return float64(n * elem.Log1p(-q))
	}
	r := n - k
	return stirlingError(n) - stirlingError(k) - stirlingError(r) - deviance(k, float64(n*p)) - deviance(r, float64(n*q)) -
		halfLog2Pi - float64(elem.Log(k*(r/n))/2)
}

// deviance returns x log(x/m) + m − x for x, m > 0, by a series where they are
// close (Loader 2000, section 3).
func deviance(x, m float64) float64 {
	gap := x - m
	if math.Abs(gap) >= 0.1*(x+m) {
		return float64(x*elem.Log(x/m)) + (m - x)
	}
	v := gap / (x + m)
	sum := float64(gap * v)
	term := 2 * x * v
	for j := 3.0; ; j += 2 {
		term = float64(term * (v * v))
		next := sum + term/j
		if next == sum {
			return sum
		}
		sum = next
	}
}

// stirlingError returns log n! − log(√(2πn) (n/e)^n) for a whole n ≥ 1. The
// series is Stirling's; its next term is below 2e-16 from n = 16.
func stirlingError(n float64) float64 {
	if n < float64(len(stirlingErrors)) {
		return stirlingErrors[int(n)]
	}
	x := 1 / (n * n)
	sum := 1.0/1680 - float64(x*(1.0/1188))
	sum = 1.0/1260 - float64(x*sum)
	sum = 1.0/360 - float64(x*sum)
	sum = 1.0/12 - float64(x*sum)
	return sum / n
}

// stirlingErrors holds the values at n = 1 … 15, computed at 40 digits; the
// one at 0 is never used.
var stirlingErrors = [...]float64{
	0,
	0.08106146679532725822,
	0.041340695955409294094,
	0.027677925684998339149,
	0.020790672103765093112,
	0.016644691189821192163,
	0.013876128823070747999,
	0.011896709945891770095,
	0.010411265261972096497,
	0.0092554621827127329177,
	0.0083305634333628712565,
	0.007573675487951840795,
	0.0069428401072095298657,
	0.0064089941880042070684,
	0.0059513701127588477356,
	0.005554733551962801371,
}
