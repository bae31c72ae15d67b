package elem

import "math"

// Pow returns x^y, with the special cases of C's pow: Pow(x, ±0) = Pow(1, y) = 1 even
// for NaN, Pow(-1, ±Inf) = 1, NaN for finite x < 0 and y not an integer, Pow(±0, y) = ±Inf
// for odd integers y < 0 and +Inf for other y < 0.
//
// log |x| and its product with y are carried in two parts, about 2^-64 relative.
// Largest error seen: 0.60 ulp, 1 where the result is denormal.
func Pow(x, y float64) float64 {
	a := math.Abs(x)
	yBound := y
	if yBound > 0x1p65 { // beyond, the result is 0, 1 or Inf and the parts would overflow
		yBound = 0x1p65
	}
	if yBound < -0x1p65 {
		yBound = -0x1p65
	}
	logHigh, logLow := logParts(a)
	high, low := twoProd(yBound, logHigh)
	low = math.FMA(yBound, logLow, low)
	eHigh, eLow, n := expParts(high, low)
	r := scale(eHigh+eLow, n)

	isOdd := oddInteger(y)
	if x == 0 || a > math.MaxFloat64 { // also NaN, repaired below
		r = 0
		if (x == 0) == (y < 0) {
			r = math.Inf(1)
		}
	}
	if math.Signbit(x) && isOdd {
		r = -r
	}
	if x < 0 && a <= math.MaxFloat64 && math.Floor(y) != y {
		r = math.NaN()
	}
	if x != x || y != y {
		r = math.NaN()
	}
	if x == 1 || y == 0 || (a == 1 && math.Abs(y) > math.MaxFloat64) {
		r = 1
	}
	return r
}

// oddInteger tells whether y is an odd integer.
func oddInteger(y float64) bool {
	half := 0.5 * y
	return math.Floor(y) == y && math.Floor(half) != half
}

// logParts returns log x as two parts with a relative error of about 2^-64, for x > 0 finite.
func logParts(x float64) (high, low float64) {
	y, bias := x, float64(0x1p52+1023)
	if x < 0x1p-1022 {
		y, bias = x*0x1p54, 0x1p52+1023+54
	}
	k, m := splitExponent(y, bias)
	f := m - 1
	dHigh, dLow := twoSum(m, 1)
	s, sLow := quotient(f, 0, dHigh, dLow)
	z, zLow := twoProd(s, s)
	zLow = math.FMA(2*s, sLow, zLow)
	cube, cubeLow := twoProd(z, s)
	cubeLow = math.FMA(z, sLow, math.FMA(zLow, s, cubeLow))
	const twoThirds, twoThirdsLow = 0x1.5555555555555p-1, 0x1.5555555555555p-55
	t, tLow := twoProd(cube, twoThirds)
	tLow = math.FMA(cubeLow, twoThirds, math.FMA(cube, twoThirdsLow, tLow))
	h, hErr := fastTwoSum(2*s, t)
	rest := math.FMA(2*sLow, math.FMA(z, z, 1), tLow) // 2 sLow, and its part in s^5
	rest = math.FMA(cube*z, logTail5(z), rest)
	high, low = twoSum(k*ln2Head, h)
	low += hErr + math.FMA(k, ln2Rest, rest)
	return fastTwoSum(high, low)
}

// logTail5 returns (2 atanh(s) - 2 s - 2/3 s³)/s^5 for z = s² <= 0.0295, error 2.6e-17
// (kernels/native/tables/coefficients.py, pow).
func logTail5(z float64) float64 {
	z2 := z * z
	p01 := math.FMA(0.28571428571429364, z, 0.4)
	p23 := math.FMA(0.18181818335314404, z, 0.22222222221656232)
	p45 := math.FMA(0.13334804238225345, z, 0.15384594970895457)
	p67 := math.FMA(0.11723051028097753, z, 0.11706248540922386)
	return math.FMA(math.FMA(math.FMA(p67, z2, p45), z2, p23), z2, p01)
}

// expParts returns e^(high+low) = (eHigh + eLow) 2^n with eHigh+eLow in about [0.7, 1.42]; beyond
// the range of doubles it stops at exponents that scale turns into 0 and Inf.
func expParts(high, low float64) (eHigh, eLow, n float64) {
	if high > 710 {
		high, low = 710, 0
	}
	if high < -1000 {
		high, low = -1000, 0
	}
	n = math.FMA(high, invLn2, shifter) - shifter
	rHigh := math.FMA(n, -ln2, high)
	rLow := math.FMA(n, -ln2Low, low)
	e := rHigh * rHigh * expTail(rHigh)
	e = float64(e) + math.FMA(rLow, rHigh+float64(e), rLow)
	eHigh, eLow = fastTwoSum(1, rHigh)
	return eHigh, eLow + e, n
}
