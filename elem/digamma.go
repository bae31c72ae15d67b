package elem

import "math"

const (
	// digamma(1.5) 1.5/(1.5 - zero).
	digammaMiddle    = 0x1.6d3498ca56891p+0
	digammaMiddleLow = -0x1.a8d6d48e47262p-55

	// The positive zero of digamma, less 1.
	digammaZero    = 0x1.d8b618d5af8fep-2
	digammaZeroLow = -0x1.1e563779a1f5bp-56
)

// Digamma returns the derivative of log Gamma at x: ∓Inf at ±0, NaN at the negative
// integers and -Inf. Relative accuracy for x > 0, the zero at 1.46 included; absolute
// accuracy near the zeros on the negative side.
// Largest error seen: 0.77 ulp for x > 0.
func Digamma(x float64) float64 {
	switch {
	case x == 0:
		return math.Copysign(math.Inf(1), -x)
	case x > math.MaxFloat64:
		return x
	case x > 0:
		high, low := digammaPositive(x)
		return high + low
	case x != x || x == math.Floor(x): // also -Inf
		return math.NaN()
	}
	// reflection: digamma(-a) = digamma(1+a) + pi/tan(pi a)
	a := -x
	quadrant, h, l := reducePi(a)
	sHigh, sLow := fastTwoSum(sineNear(h, l))
	cHigh, cLow := fastTwoSum(cosineNear(h, l))
	if quadrant&1 != 0 {
		sHigh, sLow, cHigh, cLow = cHigh, cLow, -sHigh, -sLow
	}
	cot, correction := quotient(cHigh, cLow, sHigh, sLow)
	p, pErr := twoProd(cot, pi)
	pErr = math.FMA(cot, piLow, math.FMA(correction, pi, pErr))
	var y, yErr float64
	if a < 1 {
		y, yErr = digammaOnePlus(a)
	} else {
		y, yErr = digammaPositive(a)
		inverse, err := reciprocal(a)
		y, yErr = addParts(y, yErr, inverse, err)
	}
	sum, err := twoSum(p, y)
	return sum + (err + (pErr + yErr))
}

// digammaPositive returns digamma(x) as two parts for x > 0.
func digammaPositive(x float64) (high, low float64) {
	inverse, err := reciprocal(x)
	switch {
	case x >= stirlingFrom:
		w := inverse * inverse
		high, low = logParts(x)
		tail := w * digammaTail(w)
		return fastTwoSum(high, low-math.FMA(0.5, inverse, tail))
	case x < 0x1p-60:
		return -inverse, 0
	case x < 1:
		p, pErr := digammaOnePlus(x)
		return addParts(-inverse, -err, p, pErr)
	}
	// digamma(1+f) = digamma(1+f-k) + the sum of k reciprocals
	f := x - 1
	for f >= 1 {
		inverse, err = reciprocal(f)
		high, low = addParts(high, low, inverse, err)
		f--
	}
	p, pErr := digammaOnePlus(f)
	return addParts(high, low, p, pErr)
}

// digammaOnePlus returns digamma(1+f) for 0 <= f <= 1 as two parts,
// (f - zero) (middle + g p(g))/(1+f) with g = f - 1/2, relative error 8.6e-17 of a smaller
// term (kernels/native/tables/coefficients.py, digamma).
func digammaOnePlus(f float64) (high, low float64) {
	g := f - 0.5
	u := g * g
	even := 2.0651639995273118e-07
	even = math.FMA(even, u, 1.092012498099367e-06)
	even = math.FMA(even, u, 7.000115165772718e-06)
	even = math.FMA(even, u, 4.4925108689132856e-05)
	even = math.FMA(even, u, 0.0002971386992203237)
	even = math.FMA(even, u, 0.0021055245446859176)
	even = math.FMA(even, u, 0.017935099659918786)
	even = math.FMA(even, u, 0.31561474410964213)
	odd := -8.24604826701182e-08
	odd = math.FMA(odd, u, -4.351211494855918e-07)
	odd = math.FMA(odd, u, -2.7785203062945967e-06)
	odd = math.FMA(odd, u, -1.768727941023857e-05)
	odd = math.FMA(odd, u, -0.00011492419221244217)
	odd = math.FMA(odd, u, -0.0007808823639560222)
	odd = math.FMA(odd, u, -0.0059218363745484805)
	odd = math.FMA(odd, u, -0.06281369492028012)
	p := g * math.FMA(odd, g, even)
	p, pErr := fastTwoSum(digammaMiddle, p)
	pErr += digammaMiddleLow
	d, dErr := twoSum(f, -digammaZero)
	dErr -= digammaZeroLow
	d, dErr = fastTwoSum(d, dErr)
	n, nErr := twoProd(d, p)
	nErr = math.FMA(d, pErr, math.FMA(dErr, p, nErr))
	h, hErr := fastTwoSum(1, f)
	return quotient(n, nErr, h, hErr)
}

// digammaTail returns (log x - 1/(2x) - digamma(x)) x² with w = 1/x², x >= 8,
// relative error 1.5e-16 (kernels/native/tables/coefficients.py, digammatail).
func digammaTail(w float64) float64 {
	p := 0.06362150587634356
	p = math.FMA(p, w, -0.020697987372370493)
	p = math.FMA(p, w, 0.007571689620283902)
	p = math.FMA(p, w, -0.0041666448230497)
	p = math.FMA(p, w, 0.0039682539119537084)
	p = math.FMA(p, w, -0.008333333333278636)
	p = math.FMA(p, w, 0.08333333333333333)
	return p
}

// Trigamma returns the second derivative of log Gamma at x: +Inf at zero and the
// negative integers, NaN at -Inf.
// Largest error seen: 1.05 ulp.
func Trigamma(x float64) float64 {
	switch {
	case x > math.MaxFloat64:
		return 0
	case x > 0:
		return trigammaPositive(x)
	case x < -math.MaxFloat64 || x != x:
		return math.NaN()
	case x == math.Floor(x):
		return math.Inf(1)
	}
	// reflection: trigamma(-a) = pi²/sin²(pi a) - trigamma(1+a)
	sHigh, sLow := sinPiParts(-x)
	q, correction := quotient(pi, piLow, sHigh, sLow)
	p, pErr := twoProd(q, q)
	pErr = math.FMA(2*q, correction, pErr)
	sum, err := twoSum(p, -trigammaPositive(1-x))
	return sum + (err + pErr)
}

// trigammaPositive returns trigamma(x) for x > 0: the asymptotic series at x + shift >= 8,
// and 1/(x+j)² for j below shift.
func trigammaPositive(x float64) float64 {
	shift := 0.0
	if x < stirlingFrom {
		shift = stirlingFrom - math.Floor(x)
	}
	high, low := reciprocal(x + shift)
	w := high * high
	low = math.FMA(0.5, w, low)
	low = math.FMA(high*w, trigammaTail(w), low)
	for shift > 0 {
		shift--
		z := x + shift
		square, err := twoProd(z, z)
		term := 1 / square
		rest := math.FMA(-term, square, 1) - float64(term*err)
		high, err = twoSum(high, term)
		low = math.FMA(rest, term, low+err)
	}
	return high + low
}

// trigammaTail returns (trigamma(x) - 1/x - 1/(2 x²)) x³ with w = 1/x², x >= 8,
// relative error 8.8e-16 of a small term (kernels/native/tables/coefficients.py, trigammatail).
func trigammaTail(w float64) float64 {
	p := 0.8586880107331692
	p = math.FMA(p, w, -0.24699740954161503)
	p = math.FMA(p, w, 0.07569481310235808)
	p = math.FMA(p, w, -0.03333299706371194)
	p = math.FMA(p, w, 0.023809522943893217)
	p = math.FMA(p, w, -0.03333333333249287)
	p = math.FMA(p, w, 0.16666666666666655)
	return p
}
