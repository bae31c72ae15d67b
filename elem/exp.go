package elem

import "math"

// Exp returns e^x: correct zero, denormal and infinite results, e^±0 = 1.
//
// x = n log 2 + r with |r| <= log(2)/2; e^r = 1 + r + r² q(r), q of degree 10.
// Largest error seen: 0.94 ulp, 1.0 where the result is denormal.
func Exp(x float64) float64 {
	if x > 710 {
		x = 710
	}
	if x < -746 {
		x = -746
	}
	t := math.FMA(x, invLn2, shifter)
	n := t - shifter
	r := math.FMA(n, -ln2, x)
	r = math.FMA(n, -ln2Low, r)
	p := math.FMA(r*r, expTail(r), r) + 1
	if math.Abs(x) < 708 {
		return float64(p * pow2Shifted(t, 1023)) // the bits of scale, faster
	}
	return scale(p, n)
}

// Expm1 returns e^x - 1, accurate near zero.
// Largest error seen: 0.88 ulp.
func Expm1(x float64) float64 {
	high, low := expm1Quarter(x)
	y := 4 * (high + low)
	if math.Abs(x) < 0x1p-54 {
		y = x
	}
	return y
}

// expm1Quarter returns (e^x - 1)/4 as high + low with a relative error of about
// 2^-55 for any |x| >= 2^-54. The quarter keeps it finite up to x = 710.7, where
// the functions built on it (Expm1, Sinh) have overflowed already.
func expm1Quarter(x float64) (high, low float64) {
	if x > 710.7 {
		x = 710.7
	}
	if x < -60 {
		x = -60
	}
	t := math.FMA(x, invLn2, shifter)
	n := t - shifter
	rHigh := math.FMA(n, -ln2, x) // exact: both terms are multiples of an ulp of the difference
	rLow := n * -ln2Low
	e := rHigh * rHigh * expTail(rHigh) // e^rHigh - 1 - rHigh
	e = float64(e) + math.FMA(rLow, rHigh+float64(e), float64(rLow))
	s := pow2Shifted(t, 1021)
	a := s - 0.25
	aErr := (s - a) - 0.25
	high, low = twoSum(a, float64(s*rHigh))
	return fastTwoSum(high, low+math.FMA(s, e, aErr))
}

// expTail returns q(r) = (e^r - 1 - r)/r² for |r| <= log(2)/2, relative error 4.9e-18
// (kernels/native/tables/coefficients.py, exp).
func expTail(r float64) float64 {
	r2 := r * r
	r4 := r2 * r2
	q01 := math.FMA(0.1666666666666667, r, 0.5)
	q23 := math.FMA(0.008333333333326136, r, 0.04166666666666667)
	q45 := math.FMA(0.00019841269874820627, r, 0.0013888888888883748)
	q67 := math.FMA(2.7557255400206422e-06, r, 2.4801587325547743e-05)
	q89 := math.FMA(2.5105217004720745e-08, r, 2.75572736431103e-07)
	q03 := math.FMA(q23, r2, q01)
	q47 := math.FMA(q67, r2, q45)
	q8a := math.FMA(2.0914686968086876e-09, r2, q89)
	return math.FMA(r4, math.FMA(r4, q8a, q47), q03)
}

// scale returns p * 2^n for an integer n in -2044..2046, by two factors so that
// only the last product can round, overflow or underflow.
func scale(p, n float64) float64 {
	t1 := math.FMA(n, 0.5, shifter)
	t2 := (n - (t1 - shifter)) + shifter
	return float64(p * pow2Shifted(t1, 1023) * pow2Shifted(t2, 1023))
}
