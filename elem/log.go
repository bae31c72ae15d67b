package elem

import "math"

// Log returns the natural logarithm of x: -Inf at ±0, NaN below zero.
//
// x = 2^k m with m in [sqrt(1/2), sqrt(2)); with f = m-1 and s = f/(2+f),
// log m = 2 atanh s = f - (f²/2 - s (f²/2 + R(s²))).
// Largest error seen: 0.76 ulp.
func Log(x float64) float64 {
	y, bias := x, float64(0x1p52+1023)
	if x < 0x1p-1022 {
		y, bias = x*0x1p54, 0x1p52+1023+54
	}
	k, m := splitExponent(y, bias)
	r := logOnePlus(m-1, k)
	if !(x <= math.MaxFloat64) {
		r = x
	}
	if !(x > 0) {
		r = math.NaN()
	}
	if x == 0 {
		r = math.Inf(-1)
	}
	return r
}

// Log1p returns log(1+x), accurate near zero: -Inf at -1, NaN below.
//
// With 1+x = 2^k m as in Log, f = m-1 is taken from x itself, rounded once:
// x 2^-k + (2^-k - 1).
// Largest error seen: 0.76 ulp.
func Log1p(x float64) float64 {
	const sqrtHalf, one = 0x3fe6a09e667f3bcd, 0x3ff0000000000000
	b := math.Float64bits(1 + x)
	e := (b + (one - sqrtHalf)) >> 52
	k := math.Float64frombits(e|0x4330000000000000) - (0x1p52 + 1023)
	p := math.Float64frombits((2046 - e) << 52)
	f := math.FMA(x, p, p-1)
	if x > 0x1p60 { // 2^-k may be too small, and 1 makes no difference
		f = math.Float64frombits(b-(e<<52)+one) - 1
	}
	r := logOnePlus(f, k)
	if math.Abs(x) < 0x1p-54 {
		r = x
	}
	if !(x <= math.MaxFloat64) {
		r = x
	}
	if !(x >= -1) {
		r = math.NaN()
	}
	if x == -1 {
		r = math.Inf(-1)
	}
	return r
}

// splitExponent returns k and m with y = 2^k' m, m in [sqrt(1/2), sqrt(2)) and
// k = k' + 2^52 + 1023 - bias, for a positive normal y.
func splitExponent(y, bias float64) (k, m float64) {
	const sqrtHalf, one = 0x3fe6a09e667f3bcd, 0x3ff0000000000000
	b := math.Float64bits(y)
	e := (b + (one - sqrtHalf)) >> 52
	k = math.Float64frombits(e|0x4330000000000000) - bias
	m = math.Float64frombits(b - (e << 52) + one)
	return k, m
}

// logOnePlus returns k log 2 + log(1+f) for an integer k and 1+f in
// [sqrt(1/2), sqrt(2)].
func logOnePlus(f, k float64) float64 {
	s := f / (2 + f)
	h := 0.5 * f * f
	low := math.FMA(s, float64(h)+logTail(s*s), float64(k*ln2Rest))
	return math.FMA(k, ln2Head, f-(float64(h)-low))
}

// logTail returns (2 atanh(s) - 2 s)/s for z = s² <= 0.0295, relative error 4.7e-16
// (kernels/native/tables/coefficients.py, log).
func logTail(z float64) float64 {
	z2 := z * z
	p01 := math.FMA(0.39999999999899505, z, 0.666666666666667)
	p23 := math.FMA(0.2222221113479508, z, 0.28571428625975487)
	p45 := math.FMA(0.15331721600556042, z, 0.18182889125261723)
	p46 := math.FMA(0.14616449685043406, z2, p45)
	return float64(z * math.FMA(z2, math.FMA(z2, p46, p23), p01))
}
