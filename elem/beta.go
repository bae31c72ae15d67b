package elem

import "math"

// betaNormalFrom is the variance-like size ab/(a+b) from which BetaInc uses the
// leading terms of its uniform expansion.
const betaNormalFrom = 1e9

// LogBeta returns log B(a, b) = lgamma(a) + lgamma(b) - lgamma(a+b) for a, b > 0, without
// the cancellation of large terms; +Inf at 0, -Inf at +Inf, NaN below 0.
// Largest error seen: 2^-52 max(1/2, |result|).
func LogBeta(a, b float64) float64 {
	small, large := min(a, b), max(a, b)
	switch {
	case !(small >= 0):
		return math.NaN()
	case small == 0:
		if large > math.MaxFloat64 {
			return math.NaN()
		}
		return math.Inf(1)
	case large > math.MaxFloat64:
		return math.Inf(-1)
	}
	n, nErr := twoSum(large, small)
	high, low := lgammaParts(small)
	if large < stirlingFrom {
		h, l := lgammaParts(large)
		high, low = addParts(high, low, h, l)
		h, l = lgammaParts(n)
		high, low = addParts(high, low, -h, -math.FMA(nErr, Digamma(n), l))
		return high + low
	}
	// Stirling's formula for lgamma(large) - lgamma(n), n = large + small:
	// large log(large/n) + small + log(n/large)/2 - small log n + corrections
	logHigh, logLow := logParts(n)
	rest := math.FMA(0.5, Log1p(small/large), stirlingCorrection(large)-stirlingCorrection(n))
	h, l := devianceParts(large, small, 0)
	h, l = fastTwoSum(h, l+rest)
	p, pErr := twoProd(small, logHigh)
	pErr = math.FMA(small, logLow+nErr/n, pErr)
	h, l = addParts(h, l, -p, -pErr)
	high, low = addParts(h, l, high, low)
	return high + low
}

// BetaInc returns I_x(a, b), the regularised incomplete beta function, 1/B(a, b) times
// the integral of t^(a-1) (1-t)^(b-1) from 0 to x, for a, b >= 0 and 0 <= x <= 1; NaN elsewhere.
//
// Continued fraction DLMF 8.17.22 with the prefix in deviance form; the number of its
// terms grows slowly with ab/(a+b), up to 1e9, beyond which the first terms of the
// uniform expansion DLMF 8.18.9 serve (relative error 1e-15).
// Largest error seen: relatively 1e-14 in the bulk, 1e-13 where x and the mean exceed 0.99.
func BetaInc(a, b, x float64) float64 {
	if y, done := betaEdge(a, b, x); done {
		return y
	}
	c := newBetaCase(a, b, x)
	var tail float64
	if c.a/(c.a+c.b)*c.b > betaNormalFrom {
		tail = betaNormal(c)
	} else {
		tail = betaFraction(c)
	}
	if c.swapped {
		return 1 - tail
	}
	return tail
}

// betaEdge returns I at the ends of the domain and NaN outside.
func betaEdge(a, b, x float64) (y float64, done bool) {
	const huge = math.MaxFloat64
	switch {
	case !(a >= 0) || !(b >= 0) || !(x >= 0) || !(x <= 1) || a == 0 && b == 0 || a > huge && b > huge:
		return math.NaN(), true
	case x == 0 && a == 0 || x == 1 && b == 0:
		return math.NaN(), true
	case x == 0 || b == 0 || a > huge:
		return 0, true
	case x == 1 || a == 0 || b > huge:
		return 1, true
	}
	return 0, false
}

// betaCase is an incomplete beta function oriented so that x lies below the mean, where
// the fraction converges fast and I is not found as 1 minus nearly 1. (Where the mean is
// within 0.01 of 1 the fraction may be slow, and the orientation is by the mode.)
type betaCase struct {
	a, b, x, y float64 // y = 1 - x
	d, dLow    float64 // x b - y a = (a+b)(x - a/(a+b))
	swapped    bool    // a and b, x and y have changed places
}

func newBetaCase(a, b, x float64) betaCase {
	a, b = max(a, 0x1p-900), max(b, 0x1p-900)
	y, yLow := fastTwoSum(1, -x)
	p, pErr := twoProd(x, b)
	q, qErr := twoProd(y, a)
	d, dErr := twoSum(p, -q)
	d, dErr = fastTwoSum(d, dErr+math.FMA(-yLow, a, pErr-qErr))
	if x > (a+1)/(a+b+2) && (x > a/(a+b) || x > 0.99) {
		return betaCase{b, a, y, x, -d, -dErr, true}
	}
	return betaCase{a, b, x, y, d, dErr, false}
}

// betaDeviance returns the logarithm of x^a (1-x)^b/B(a, b) = e^-(high+low) sqrt(ab/(2 pi (a+b)))
// without its Stirling errors, and with them.
func betaDeviance(c betaCase) (high, low float64) {
	high, low = devianceParts(c.a, c.d, c.dLow)
	h, l := devianceParts(c.b, -c.d, -c.dLow)
	return addParts(high, low, h, l)
}

// betaPrefix returns x^a (1-x)^b/B(a, b) = value 2^n.
func betaPrefix(c betaCase) (value, n float64) {
	high, low := betaDeviance(c)
	for _, shape := range [2]float64{c.a, c.b} {
		h, l := stirlingError(shape)
		high, low = addParts(high, low, h, l)
	}
	h, l := stirlingError(c.a + c.b)
	high, low = addParts(-high, -low, h, l)
	eHigh, eLow, n := expParts(high, low)
	return (eHigh + eLow) * math.Sqrt(inverse2Pi*(c.a/(c.a+c.b)*c.b)), n
}

// betaFraction returns I_x(a, b) as prefix/(a f) with f = g_0 + s_0 t_1/(g_1 + s_1 t_2/(g_2 + ...)),
// the even part of DLMF 8.17.22. With A = a+2m,
//
//	t_m = m (b-m) x/((A-1) A), s_m = (a+m)(a+b+m) x/(A (A+1)), g_m = 1 + t_m - s_m;
//
// 1 - s_m is written with d = (a+b) x - a <= 0, so that all terms are positive up to m = b.
func betaFraction(c betaCase) float64 {
	value, n := betaPrefix(c)
	size := c.a + c.b
	last := 1 / (c.a + 1) // 1/(A+1) of the step before
	s := size * last * c.x
	p0, p1, q0 := 1.0, float64((1-c.d)*last), 0.0 // convergent p1/1 and the one before, p0/q0
	for m := 1.0; ; m++ {
		big := math.FMA(2, m, c.a)
		r := 1 / big
		t := float64(m * r * ((c.b - m) * last) * c.x)
		numerator := s * t
		last = 1 / (big + 1)
		g := float64((c.a + m) * r * (math.FMA(m, c.y, 1-c.d) * last))
		g = t + (g + float64(m*r*((2*c.a+math.FMA(3, m, 1))*last)))
		s = (c.a + m) * r * ((size + m) * last) * c.x
		p := math.FMA(numerator, p0, float64(g*p1))
		inverse := 1 / math.FMA(numerator, q0, g)
		p0, q0, p = p1*inverse, inverse, float64(p*inverse)
		if !(math.Abs(p-p1) > 0x1p-53*math.Abs(p)) || m > maxTerms {
			return scale(value/(c.a*p), n)
		}
		p1 = p
	}
}

// betaNormal returns I_x(a, b) for large a and b (DLMF 8.18.9 with c_0 alone):
// erfc(-eta sqrt(n/2))/2 + e^(-n eta²/2)/sqrt(2 pi n) c_0, n = a+b, n eta²/2 the deviance.
func betaNormal(c betaCase) float64 {
	high, low := betaDeviance(c)
	eHigh, eLow, n := expParts(-high, -low)
	z := math.Sqrt(high)
	gHigh, gLow := erfcxParts(z, 0)
	// c_0/sqrt n = 1/sqrt(2 deviance) - sqrt(ab/n)/d, both negative for d < 0; for small d
	// it tends to (b-a)/(3 sqrt(ab n))
	size := c.a + c.b
	spread := math.Sqrt(c.a / size * c.b)
	correction := (c.b - c.a) / (3 * size * spread)
	if z > 1e-3 {
		root := math.Copysign(math.Sqrt(2*high), c.d)
		correction = 1/root - spread/c.d
	}
	correction = float64(correction * math.Sqrt(inverse2Pi))
	g := float64(0.5 * (gHigh + gLow))
	if c.d > 0 {
		return 1 - scale((eHigh+eLow)*(g-correction), n)
	}
	return scale((eHigh+eLow)*(g+correction), n)
}
