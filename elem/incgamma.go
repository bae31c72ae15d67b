package elem

import "math"

const (
	// temmeFrom is the shape from which the uniform expansion serves near x = a.
	temmeFrom = 64
	// gammaStep is the shape from which P is 0 or 1 to all digits where the expansion does not serve.
	gammaStep = 2e4

	inverse2Pi = 0x1.45f306dc9c883p-3

	// maxTerms bounds every series and continued fraction; none needs as many.
	maxTerms float64 = 1e7
)

// GammaP returns P(a, x), the regularised lower incomplete gamma function
// (1/Gamma(a)) times the integral of t^(a-1) e^-t from 0 to x, for a, x >= 0; NaN elsewhere.
//
// Near x = a >= 64 Temme's uniform expansion (DLMF 8.12), otherwise the power series
// below max(a, 1) (DLMF 8.11.4) and the continued fraction above (DLMF 8.9.2).
// Largest error seen: relatively 2e-15 in the bulk, 2e-14 in the far tail.
func GammaP(a, x float64) float64 {
	if y, done := gammaEdge(a, x); done {
		return y
	}
	d, dErr := twoSum(x, -a)
	switch {
	case a >= temmeFrom && d > -0.29*a && d < 0.41*a:
		tail := gammaTemme(a, d, dErr)
		if d < 0 {
			return tail
		}
		return 1 - tail
	case a >= gammaStep:
		return stepAt(d)
	case x < max(a, 1):
		return gammaSeries(a, x)
	}
	return 1 - gammaFraction(a, x)
}

// GammaQ returns Q(a, x) = 1 - P(a, x), accurate relatively in the upper tail.
// Largest error seen: relatively 1e-14 in the bulk, 2e-14 in the far tail.
func GammaQ(a, x float64) float64 {
	if y, done := gammaEdge(a, x); done {
		return 1 - y
	}
	d, dErr := twoSum(x, -a)
	switch {
	case a >= temmeFrom && d > -0.29*a && d < 0.41*a:
		tail := gammaTemme(a, d, dErr)
		if d < 0 {
			return 1 - tail
		}
		return tail
	case a >= gammaStep:
		return 1 - stepAt(d)
	case a < 1 && x < 1:
		return gammaSmallQ(a, x)
	case x < max(a, 1):
		return 1 - gammaSeries(a, x)
	}
	return gammaFraction(a, x)
}

// stepAt returns 0 below zero and 1 above.
func stepAt(d float64) float64 {
	if d < 0 {
		return 0
	}
	return 1
}

// gammaEdge returns P at the ends of the domain and NaN outside.
func gammaEdge(a, x float64) (p float64, done bool) {
	switch {
	case !(a >= 0) || !(x >= 0) || a == 0 && x == 0 || a > math.MaxFloat64 && x > math.MaxFloat64:
		return math.NaN(), true
	case x == 0 || a > math.MaxFloat64:
		return 0, true
	case a == 0 || x > math.MaxFloat64:
		return 1, true
	}
	return 0, false
}

// stirlingError returns lgamma(a) - ((a - 1/2) log a - a + log(2 pi)/2) for a > 0 as two parts.
func stirlingError(a float64) (high, low float64) {
	if a >= stirlingFrom {
		return stirlingCorrection(a), 0
	}
	high, low = lgammaParts(a)
	logHigh, logLow := logParts(a)
	m := a - 0.5
	p, pErr := twoProd(m, logHigh)
	high, low = addParts(high, low, -p, -math.FMA(m, logLow, pErr))
	high, low = addParts(high, low, a, 0)
	return addParts(high, low, -halfLog2Pi, -halfLog2PiLow)
}

// gammaPrefix returns x^a e^-x/Gamma(a) = value 2^n, with d + dErr = x - a.
func gammaPrefix(a, d, dErr float64) (value, n float64) {
	high, low := devianceParts(a, d, dErr)
	error, errorLow := stirlingError(a)
	high, low = addParts(-high, -low, -error, -errorLow)
	eHigh, eLow, n := expParts(high, low)
	return (eHigh + eLow) * math.Sqrt(inverse2Pi*a), n
}

// gammaSeries returns P(a, x) = x^a e^-x/Gamma(a+1) sum of x^n/((a+1)...(a+n)).
func gammaSeries(a, x float64) float64 {
	d, dErr := twoSum(x, -a)
	value, n := gammaPrefix(a, d, dErr)
	sum, term := 1.0, 1.0
	for k := a + 1; term > 0x1p-54*sum; k++ {
		term *= x / k
		sum += float64(term)
	}
	return scale(value/a*sum, n)
}

// gammaSmallQ returns Q(a, x) for a, x < 1 without the cancellation of 1 - P:
// P = (1+u)(1 + a s) with u = x^a/Gamma(1+a) - 1, s = sum over n >= 1 of (-x)^n/((a+n) n!).
func gammaSmallQ(a, x float64) float64 {
	logHigh, logLow := logParts(x)
	p, pErr := twoProd(a, logHigh)
	high, low := lgammaOnePlus(a)
	high, low = addParts(p, math.FMA(a, logLow, pErr), -high, -low)
	u := Expm1(high + low)
	sum, term := 0.0, 1.0
	for k := 1.0; math.Abs(term) > 0x1p-58*math.Abs(sum); k++ {
		term *= -x / k
		sum += term / (a + k)
	}
	return math.FMA(-float64(a*sum), 1+u, -u)
}

// lgammaOnePlus returns lgamma(1+a) as two parts for 0 <= a <= 1.
func lgammaOnePlus(a float64) (high, low float64) {
	if a >= 0.5 {
		return lgammaNear2(a - 1)
	}
	h, hErr := fastTwoSum(1, a)
	logHigh, logLow := logParts(h)
	high, low = lgammaNear2(a)
	return addParts(high, low, -logHigh, -(logLow + hErr/h))
}

// gammaFraction returns Q(a, x) by Legendre's continued fraction
// x^a e^-x/Gamma(a) / (x+1-a - 1(1-a)/(x+3-a - 2(2-a)/(x+5-a - ...))), x >= max(a, 1).
func gammaFraction(a, x float64) float64 {
	d, dErr := twoSum(x, -a)
	value, n := gammaPrefix(a, d, dErr)
	if scale(value, n) == 0 {
		return 0
	}
	b := d + 1
	p0, p1, q0 := 1.0, b, 0.0 // convergent p1/1 and the one before, p0/q0
	for k := 1.0; ; k++ {
		b += 2
		c := k * (a - k)
		p := math.FMA(c, p0, float64(b*p1))
		q := math.FMA(c, q0, b)
		inverse := 1 / q
		p0, q0, p = p1*inverse, inverse, float64(p*inverse)
		if !(math.Abs(p-p1) > 0x1p-53*p) || k > maxTerms {
			return scale(value/p, n)
		}
		p1 = p
	}
}

// gammaTemme returns the smaller tail, P(a, a+d) for d < 0 and Q(a, a+d) otherwise,
// by Temme 1979 (DLMF 8.12.3-4): erfc(|eta| sqrt(a/2))/2 with a eta²/2 the deviance,
// plus or minus e^(-a eta²/2)/sqrt(2 pi a) times a sum of c_k(eta) a^-k.
func gammaTemme(a, d, dErr float64) float64 {
	high, low := devianceParts(a, d, dErr)
	eHigh, eLow, n := expParts(-high, -low)
	z := math.Sqrt(high)
	eta := math.Sqrt(2 * high / a)
	gHigh, gLow := erfcxParts(z, 0)
	if d < 0 {
		eta = -eta
	}
	sum, _, _ := temmeSums(a, eta)
	r := sum * math.Sqrt(inverse2Pi/a)
	if d < 0 {
		r = -r
	}
	return scale((eHigh+eLow)*math.FMA(0.5, gHigh+gLow, r), n)
}
