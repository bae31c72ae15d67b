package elem

import "math"

// GammaPDa returns the derivative of P(a, x) with respect to a, for a > 0 and x >= 0:
// the terms of GammaP differentiated one by one.
// Largest error seen: relatively 1e-13.
func GammaPDa(a, x float64) float64 {
	if y, done := gammaEdge(a, x); done {
		return y - y // 0 at the ends, NaN outside
	}
	d, dErr := twoSum(x, -a)
	switch {
	case a >= temmeFrom && d > -0.29*a && d < 0.41*a:
		return gammaTemmeDa(a, d, dErr)
	case a >= gammaStep:
		return 0
	case x < max(a, 1):
		return gammaSeriesDa(a, x)
	}
	return gammaFractionDa(a, x)
}

// gammaSeriesDa differentiates gammaSeries: the term x^(a+k) e^-x/Gamma(a+k+1) has the
// logarithmic derivative log x - digamma(a+k+1).
func gammaSeriesDa(a, x float64) float64 {
	d, dErr := twoSum(x, -a)
	value, n := gammaPrefix(a, d, dErr)
	slope := Log(x) - Digamma(a+1)
	sum, term := slope, 1.0
	for k := a + 1; math.Abs(term*slope) > 0x1p-54*math.Abs(sum); k++ {
		term *= x / k
		slope -= 1 / k
		sum = math.FMA(term, slope, sum)
	}
	return scale(value/a*sum, n)
}

// gammaFractionDa differentiates the convergents of gammaFraction.
func gammaFractionDa(a, x float64) float64 {
	d, dErr := twoSum(x, -a)
	value, n := gammaPrefix(a, d, dErr)
	if scale(value, n) == 0 {
		return 0
	}
	b := d + 1
	p0, p1, q0 := 1.0, b, 0.0
	dp0, dp1, dq0, dq1 := 0.0, -1.0, 0.0, 0.0
	slope, limit := dp1, maxTerms // once the value has settled, its derivative does soon after
	for k := 1.0; ; k++ {
		b += 2
		c := k * (a - k)
		p := math.FMA(c, p0, float64(b*p1))
		q := math.FMA(c, q0, b)
		dp := math.FMA(c, dp0, math.FMA(k, p0, math.FMA(b, dp1, -p1)))
		dq := math.FMA(c, dq0, math.FMA(k, q0, math.FMA(b, dq1, -1)))
		inverse := 1 / q
		p0, q0, dp0, dq0 = p1*inverse, inverse, dp1*inverse, dq1*inverse
		last := p1
		p1, dp1, dq1 = float64(p*inverse), float64(dp*inverse), float64(dq*inverse)
		if limit == maxTerms && !(math.Abs(p1-last) > 0x1p-53*p1) {
			limit = math.FMA(1.5, k, 16)
		}
		next := math.FMA(-p1, dq1, dp1) // of p/q
		if !(math.Abs(next-slope) > 0x1p-52*math.Abs(next)) || k > limit {
			// Q = prefix/f, and the prefix has the logarithmic derivative log x - digamma(a)
			dlog := (Log(x) - Digamma(a)) - next/p1
			return -scale(value/p1*dlog, n)
		}
		slope = next
	}
}

// gammaTemmeDa differentiates gammaTemme; with mu = d/a, d(eta)/da = -(mu/eta)/a.
func gammaTemmeDa(a, d, dErr float64) float64 {
	high, low := devianceParts(a, d, dErr)
	eHigh, eLow, n := expParts(-high, -low)
	eta := math.Copysign(math.Sqrt(2*high/a), d)
	mu, ratio := d/a, 1.0
	if d != 0 {
		ratio = mu / eta
	}
	sum, slope, weighted := temmeSums(a, eta)
	y := ratio - float64(0.5*eta)
	y = math.FMA(mu-float64(0.5*(float64(eta*eta)+1/a)), sum, y)
	y -= math.FMA(ratio, slope, weighted) / a
	return -scale((eHigh+eLow)*math.Sqrt(inverse2Pi/a)*y, n)
}
