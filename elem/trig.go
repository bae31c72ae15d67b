package elem

import "math"

const (
	twoOverPi  = 0x1.45f306dc9c883p-1
	halfPi     = 0x1.921fb54442d18p+0
	halfPiLow  = 0x1.1a62633145c07p-54 // pi/2 - halfPi
	halfPiLow2 = -0x1.f1976b7ed8fbcp-110

	// reduceLimit is the size up to which three parts of pi/2 suffice to reduce an argument.
	reduceLimit = 0x1p30
	// tinyAngle is the size below which sin x and tan x round to x.
	tinyAngle = 0x1p-27
)

// Sin returns the sine of x in radians, for every finite x; NaN for ±Inf.
// Largest error seen: 0.69 ulp.
func Sin(x float64) float64 {
	quadrant, high, low := reduce(x)
	y := sineOfQuadrant(quadrant, high, low)
	if math.Abs(x) < tinyAngle {
		y = x
	}
	return y
}

// Cos returns the cosine of x in radians, for every finite x; NaN for ±Inf.
// Largest error seen: 0.69 ulp.
func Cos(x float64) float64 {
	quadrant, high, low := reduce(x)
	return sineOfQuadrant(quadrant+1, high, low)
}

// Tan returns the tangent of x in radians, for every finite x; NaN for ±Inf.
// Largest error seen: 0.75 ulp.
func Tan(x float64) float64 {
	quadrant, high, low := reduce(x)
	sHigh, sLow := sineNear(high, low)
	cHigh, cLow := cosineNear(high, low)
	sHigh, sLow = fastTwoSum(sHigh, sLow)
	cHigh, cLow = fastTwoSum(cHigh, cLow)
	nHigh, nLow, dHigh, dLow := sHigh, sLow, cHigh, cLow
	if quadrant&1 != 0 {
		nHigh, nLow, dHigh, dLow = -cHigh, -cLow, sHigh, sLow
	}
	q, correction := quotient(nHigh, nLow, dHigh, dLow)
	y := q + correction
	if math.Abs(x) < tinyAngle {
		y = x
	}
	return y
}

// sineOfQuadrant returns sin(quadrant pi/2 + high + low).
func sineOfQuadrant(quadrant uint64, high, low float64) float64 {
	sHigh, sLow := sineNear(high, low)
	cHigh, cLow := cosineNear(high, low)
	y := sHigh + sLow
	if quadrant&1 != 0 {
		y = cHigh + cLow
	}
	if quadrant&2 != 0 {
		y = -y
	}
	return y
}

// reduce returns quadrant and high + low in about ±pi/4 with
// x = quadrant pi/2 + high + low modulo 2 pi.
//
// n pi/2 is subtracted in three parts (Cody & Waite 1980, chapter 8); with a fused
// multiply-add the first subtraction is exact, as the difference of two multiples of
// 2^-53 (or of an ulp of x) below 1, so parts of full length serve.
func reduce(x float64) (quadrant uint64, high, low float64) {
	if !(math.Abs(x) < reduceLimit) {
		return reduceLarge(x)
	}
	t := math.FMA(x, twoOverPi, shifter)
	n := t - shifter
	a := math.FMA(n, -halfPi, x)
	p, pErr := twoProd(n, halfPiLow)
	high, low = twoSum(a, -p)
	low = math.FMA(n, -halfPiLow2, low-pErr)
	high, low = fastTwoSum(high, low)
	return math.Float64bits(t), high, low
}

// sineNear returns sin(high+low) for |high+low| <= pi/4 as two parts.
func sineNear(high, low float64) (sHigh, sLow float64) {
	z := high * high
	z2 := z * z
	p12 := math.FMA(-0.00019841269841265063, z, 0.008333333333333331)
	p34 := math.FMA(-2.5052106231802837e-08, z, 2.7557319219337312e-06)
	p56 := math.FMA(-7.586691094197958e-13, z, 1.6058531516797758e-10)
	p := math.FMA(math.FMA(math.FMA(p56, z2, p34), z2, p12), z, -0.16666666666666666)
	c := low * math.FMA(-0.5, z, 1)
	return high, math.FMA(high*z, p, float64(c))
}

// cosineNear returns cos(high+low) for |high+low| <= pi/4 as two parts.
func cosineNear(high, low float64) (cHigh, cLow float64) {
	z, zErr := twoProd(high, high)
	z2 := z * z
	p01 := math.FMA(-0.0013888888888887398, z, 0.041666666666666664)
	p23 := math.FMA(-2.7557317271145144e-07, z, 2.480158729876456e-05)
	p45 := math.FMA(-1.1382623647474604e-11, z, 2.087614614655861e-09)
	p := math.FMA(math.FMA(p45, z2, p23), z2, p01)
	cHigh, cLow = fastTwoSum(1, -0.5*z)
	c := high * low
	c = math.FMA(0.5, zErr, float64(c))
	return cHigh, cLow + math.FMA(z2, p, -c)
}
