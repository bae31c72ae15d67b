package elem

import "math"

const (
	pi            = 0x1.921fb54442d18p+1
	piLow         = 0x1.1a62633145c07p-53 // the exact pi - pi
	quarterPi     = 0x1.921fb54442d18p-1
	quarterPiLow  = 0x1.1a62633145c07p-55
	tanEighth     = 0x1.a827999fcef32p-2 // tan(pi/8) = sqrt 2 - 1
	tanThreeEight = 0x1.3504f333f9de6p+1 // tan(3 pi/8) = sqrt 2 + 1
)

// Asin returns the arc sine of x in [-pi/2, pi/2]; NaN for |x| > 1.
//
// Above 1/2, asin x = pi/2 - 2 asin sqrt((1-x)/2).
// Largest error seen: 0.65 ulp.
func Asin(x float64) float64 {
	a := math.Abs(x)
	high, low := arcSinePart(x)
	y := high + low
	if a > 0.5 {
		h, hErr := fastTwoSum(halfPi, -2*high)
		y = h + (hErr + (halfPiLow - 2*low))
		y = math.Copysign(y, x)
	}
	if a < tinyAngle {
		y = x
	}
	return y
}

// Acos returns the arc cosine of x in [0, pi]; NaN for |x| > 1.
// Largest error seen: 0.60 ulp.
func Acos(x float64) float64 {
	high, low := arcSinePart(x)
	h, hErr := fastTwoSum(halfPi, -high)
	y := h + (hErr + (halfPiLow - low))
	if x > 0.5 {
		y = 2 * (high + low)
	}
	if x < -0.5 {
		h, hErr = fastTwoSum(pi, -2*high)
		y = h + (hErr + (piLow - 2*low))
	}
	return y
}

// arcSinePart returns asin x for |x| <= 1/2 and asin sqrt((1-|x|)/2) above, as two parts.
func arcSinePart(x float64) (high, low float64) {
	a := math.Abs(x)
	z := x * x
	high, low = x, 0
	if a > 0.5 {
		z = 0.5 * (1 - a)
		high = math.Sqrt(z)
		low = math.FMA(-high, high, z) / (high + high)
		if z == 0 {
			low = 0
		}
	}
	return high, math.FMA(high*z, arcSineTail(z), low)
}

// arcSineTail returns (asin(x) - x)/x³ for z = x² <= 1/4, error 2.2e-17
// (kernels/native/tables/coefficients.py, asin).
func arcSineTail(z float64) float64 {
	z2 := z * z
	z4 := z2 * z2
	p01 := math.FMA(0.07499999999998433, z, 0.16666666666666669)
	p23 := math.FMA(0.030381944138531247, z, 0.04464285714635543)
	p45 := math.FMA(0.017352392720869973, z, 0.02237217294214989)
	p67 := math.FMA(0.011479177415184906, z, 0.013971212973552933)
	p89 := math.FMA(0.005457506718640358, z, 0.01032281435018578)
	pab := math.FMA(-0.014851887071247204, z, 0.01740087944269402)
	p03 := math.FMA(p23, z2, p01)
	p47 := math.FMA(p67, z2, p45)
	p8b := math.FMA(pab, z2, p89)
	p8c := math.FMA(0.028757851367421566, z4, p8b)
	return math.FMA(math.FMA(p8c, z4, p47), z4, p03)
}

// Atan returns the arc tangent of x in [-pi/2, pi/2].
//
// With a = |x|: atan a = pi/4 + atan((a-1)/(a+1)) above tan(pi/8) and
// pi/2 - atan(1/a) above tan(3 pi/8), so the polynomial needs |argument| <= tan(pi/8).
// Largest error seen: 0.67 ulp.
func Atan(x float64) float64 {
	a := math.Abs(x)
	if a > 0x1p64 {
		a = 0x1p64
	}
	nHigh, nLow, dHigh, dLow, base, baseLow := a, 0.0, 1.0, 0.0, 0.0, 0.0
	if a > tanEighth {
		nHigh, nLow = twoSum(a, -1)
		dHigh, dLow = twoSum(a, 1)
		base, baseLow = quarterPi, quarterPiLow
	}
	if a > tanThreeEight {
		nHigh, nLow, dHigh, dLow = -1, 0, a, 0
		base, baseLow = halfPi, halfPiLow
	}
	q, correction := quotient(nHigh, nLow, dHigh, dLow)
	z := q * q
	h, hErr := fastTwoSum(base, q)
	tail := math.FMA(q*z, arcTangentTail(z), correction+baseLow)
	y := math.Copysign(h+(hErr+tail), x)
	if a < tinyAngle {
		y = x
	}
	return y
}

// arcTangentTail returns (atan(x) - x)/x³ for z = x² <= tan²(pi/8), error 4.5e-17
// (kernels/native/tables/coefficients.py, atan).
func arcTangentTail(z float64) float64 {
	z2 := z * z
	z4 := z2 * z2
	p01 := math.FMA(0.19999999999995516, z, -0.3333333333333333)
	p23 := math.FMA(0.11111111015187018, z, -0.14285714284665682)
	p45 := math.FMA(0.07692183125376892, z, -0.0909090457530649)
	p67 := math.FMA(0.05858140904866328, z, -0.06664510525508936)
	p89 := math.FMA(0.03923044778479309, z, -0.050854078345894844)
	p03 := math.FMA(p23, z2, p01)
	p47 := math.FMA(p67, z2, p45)
	p8a := math.FMA(-0.019175404711104935, z2, p89)
	return math.FMA(math.FMA(p8a, z4, p47), z4, p03)
}
