package elem

import "math"

// devianceParts returns a log(a/x) + x - a = a (mu - log(1+mu)), mu = d/a, for x = a + d > 0,
// as two parts; d comes in two parts and x only to tell where it is zero. The difference is formed without
// cancellation (Loader 2000, "Fast and accurate computation of binomial probabilities").
func devianceParts(a, d, dLow float64) (high, low float64) {
	if d > -0.29*a && d < 0.41*a {
		// mu - log(1+mu) = s (mu - R(s²)), s = mu/(2+mu), log(1+mu) = s (2 + R(s²))
		nHigh, nLow := twoSum(2*a, d)
		s, sLow := quotient(d, dLow, nHigh, nLow+dLow)
		tail := float64(a * logTail(s*s))
		h, hErr := twoSum(d, -tail)
		high, low = twoProd(s, h)
		return high, math.FMA(s, hErr+dLow, math.FMA(sLow, h, low))
	}
	mu, muLow := quotient(d, dLow, a, 0)
	h, hErr := twoSum(1, mu)
	h, hErr = fastTwoSum(h, hErr+muLow) // h may be 0 for d near -a
	logHigh, logLow := logParts(h)
	p, pErr := twoProd(a, logHigh)
	pErr = math.FMA(a, logLow+hErr/h, pErr)
	high, low = twoSum(d, -p)
	return high, low + (dLow - pErr)
}
