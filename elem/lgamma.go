package elem

import "math"

const (
	halfLog2Pi    = 0x1.d67f1c864beb5p-1
	halfLog2PiLow = -0x1.65b5a1b7ff5dfp-55
	logPi         = 0x1.250d048e7a1bdp+0
	logPiLow      = 0x1.7abf2ad8d5088p-57
	taylor1       = 0x1.b0ee6072093cep-2 // digamma(2) = 1 - Euler's constant
	taylor1Low    = 0x1.6cb90701fbfabp-58
	taylor2       = 0x1.4a34cc4a60fa6p-2 // trigamma(2)/2 = (pi²/6 - 1)/2
	taylor2Low    = 0x1.1873d8912200cp-56

	// stirlingFrom is where the asymptotic series of the gamma functions begin.
	stirlingFrom = 8
)

// Lgamma returns log |Gamma(x)|: +Inf at zero, the negative integers and ±Inf.
//
// Above 8 Stirling's formula with its correction as a polynomial in 1/x²; below, the
// recurrence leads to a polynomial around 2; for x < 0 the reflection formula, whose
// error near the zeros between the negative integers is small absolutely only.
// Largest error seen: 0.88 ulp for x > 0.
func Lgamma(x float64) float64 {
	if !(math.Abs(x) <= math.MaxFloat64) {
		return x * x
	}
	if x > 0 {
		high, low := lgammaParts(x)
		return high + low
	}
	a := -x
	if a == math.Floor(a) {
		return math.Inf(1)
	}
	if a < 0x1p-60 {
		return -Log(a)
	}
	// log pi - log(a |sin pi a|) - lgamma(a)
	sHigh, sLow := sinPiParts(a)
	p, pErr := twoProd(a, math.Abs(sHigh))
	pErr = math.FMA(a, math.Copysign(1, sHigh)*sLow, pErr)
	logHigh, logLow := logParts(p)
	gHigh, gLow := lgammaParts(a)
	h, hErr := twoSum(logPi, -logHigh)
	h, gErr := twoSum(h, -gHigh)
	return h + (hErr + gErr + (logPiLow - pErr/p - logLow - gLow))
}

// lgammaParts returns lgamma(x) as two parts for x > 0 finite.
func lgammaParts(x float64) (high, low float64) {
	if x >= stirlingFrom {
		return stirlingParts(x)
	}
	// lgamma(x) = lgamma(2+f) ± log(product)
	f, sign := x-2, 1.0
	product, productLow := 1.0, 0.0
	switch {
	case x < 0.5:
		f, sign = x, -1
		h, l := fastTwoSum(1, x)
		product, productLow = twoProd(h, x)
		productLow = math.FMA(l, x, productLow)
	case x < 1.5:
		f, sign = x-1, -1
		product = x
	default:
		for f >= 0.5 {
			factor := f + 1
			p, err := twoProd(product, factor)
			product, productLow = p, math.FMA(productLow, factor, err)
			f--
		}
	}
	high, low = lgammaNear2(f)
	if product != 1 {
		logHigh, logLow := logParts(product)
		logLow += productLow / product
		h, err := twoSum(sign*logHigh, high)
		return fastTwoSum(h, err+(low+float64(sign*logLow)))
	}
	return high, low
}

// lgammaNear2 returns lgamma(2+f) as two parts for |f| <= 1/2: the first two terms of
// Taylor's series in two parts, as they may nearly cancel, and f³ times a polynomial.
func lgammaNear2(f float64) (high, low float64) {
	g, gErr := twoProd(f, f)
	a, aErr := twoProd(f, taylor1)
	b, bErr := twoProd(g, taylor2)
	bErr = math.FMA(g, taylor2Low, math.FMA(gErr, taylor2, bErr))
	high, low = twoSum(a, b)
	rest := math.FMA(f, taylor1Low, aErr) + bErr
	rest = math.FMA(f*g, lgammaTail(f), rest)
	return fastTwoSum(high, low+rest)
}

// lgammaTail returns the polynomial of lgammaNear2, error 9.0e-18
// (kernels/native/tables/coefficients.py, lgamma).
func lgammaTail(f float64) float64 {
	g := f * f
	even := -1.3029870239068415e-07
	even = math.FMA(even, g, -4.3454173670260496e-07)
	even = math.FMA(even, g, -2.043022895180944e-06)
	even = math.FMA(even, g, -9.43891959627718e-06)
	even = math.FMA(even, g, -4.492628637818162e-05)
	even = math.FMA(even, g, -0.00022315475602710603)
	even = math.FMA(even, g, -0.00119275391176255)
	even = math.FMA(even, g, -0.007385551028673429)
	even = math.FMA(even, g, -0.0673523010531981)
	odd := 6.196070134106839e-08
	odd = math.FMA(odd, g, 2.0504811151039471e-07)
	odd = math.FMA(odd, g, 9.569598111140567e-07)
	odd = math.FMA(odd, g, 4.3745951284891045e-06)
	odd = math.FMA(odd, g, 2.050723648981259e-05)
	odd = math.FMA(odd, g, 9.945751162260417e-05)
	odd = math.FMA(odd, g, 0.0005096695247713671)
	odd = math.FMA(odd, g, 0.002890510330741257)
	odd = math.FMA(odd, g, 0.02058080842778455)
	return math.FMA(odd, f, even)
}

// stirlingParts returns lgamma(x) as two parts for x >= 8:
// (x - 1/2) log x - x + log(2 pi)/2 + correction.
func stirlingParts(x float64) (high, low float64) {
	logHigh, logLow := logParts(x)
	if x > 0x1p1000 { // the product below may overflow before its sum with -x
		return x * (logHigh - 1), 0
	}
	m := x - 0.5
	p, pErr := twoProd(m, logHigh)
	pErr = math.FMA(m, logLow, pErr)
	h, hErr := twoSum(p, -x)
	h, cErr := twoSum(h, halfLog2Pi)
	return fastTwoSum(h, cErr+hErr+(pErr+(halfLog2PiLow+stirlingCorrection(x))))
}

// stirlingCorrection returns lgamma(x) - ((x - 1/2) log x - x + log(2 pi)/2) for x >= 8,
// relative error 5.5e-17 (kernels/native/tables/coefficients.py, stirling).
func stirlingCorrection(x float64) float64 {
	inverse := 1 / x
	w := inverse * inverse
	p := 0.005065905360156132
	p = math.FMA(p, w, -0.001890382993887715)
	p = math.FMA(p, w, 0.0008414700852503147)
	p = math.FMA(p, w, -0.0005952365845057049)
	p = math.FMA(p, w, 0.0007936507897524059)
	p = math.FMA(p, w, -0.002777777777773988)
	p = math.FMA(p, w, 0.08333333333333333)
	return float64(p * inverse)
}

// sinPiParts returns sin(pi a) for a >= 0 as two parts.
func sinPiParts(a float64) (high, low float64) {
	quadrant, h, l := reducePi(a)
	sHigh, sLow := sineNear(h, l)
	if quadrant&1 != 0 {
		sHigh, sLow = cosineNear(h, l)
	}
	if quadrant&2 != 0 {
		sHigh, sLow = -sHigh, -sLow
	}
	return fastTwoSum(sHigh, sLow)
}

// reducePi returns quadrant and high + low with pi a = quadrant pi/2 + high + low
// modulo 2 pi, for a >= 0 finite.
func reducePi(a float64) (quadrant uint64, high, low float64) {
	a -= 2 * math.Floor(0.5*a)
	t := math.FMA(2, a, shifter)
	f := math.FMA(t-shifter, -0.5, a)
	high, low = twoProd(f, pi)
	return math.Float64bits(t), high, math.FMA(f, piLow, low)
}
