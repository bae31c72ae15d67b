package elem

import "math"

// Sinh returns the hyperbolic sine of x.
//
// With w = (e^|x|-1)/4, sinh |x| = 2 w + 2 w/(4 w + 1).
// Largest error seen: 0.77 ulp.
func Sinh(x float64) float64 {
	high, low, q, qLow := sinhParts(x)
	h, hErr := twoSum(high, q)
	y := math.Copysign(2*(h+(hErr+(low+qLow))), x)
	if math.Abs(x) < tinyAngle {
		y = x
	}
	return y
}

// Cosh returns the hyperbolic cosine of x.
//
// With w = (e^|x|-1)/4, cosh x = 1 + 8 w²/(4 w + 1).
// Largest error seen: 0.59 ulp.
func Cosh(x float64) float64 {
	high, low, q, qLow := sinhParts(x)
	p, pErr := twoProd(high, q)
	pErr = math.FMA(low, q, math.FMA(high, qLow, pErr))
	p *= 8
	h, hErr := twoSum(1, p)
	y := h + math.FMA(8, pErr, hErr)
	if p > math.MaxFloat64 {
		y = p
	}
	return y
}

// sinhParts returns w = (e^|x|-1)/4 and w/(4 w + 1), each as two parts.
func sinhParts(x float64) (high, low, q, qLow float64) {
	high, low = expm1Quarter(math.Abs(x))
	h, l := high, low
	if h > 0x1p60 { // the quotient is 1/4 and must not overflow
		h, l = 0x1p60, 0
	}
	dHigh, dLow := twoSum(1, 4*h)
	q, qLow = quotient(h, l, dHigh, math.FMA(4, l, dLow))
	return high, low, q, qLow
}

// Tanh returns the hyperbolic tangent of x.
//
// With w = (e^2|x|-1)/4, tanh |x| = w/(w + 1/2).
// Largest error seen: 0.71 ulp.
func Tanh(x float64) float64 {
	a := math.Abs(x)
	if a > 22 {
		a = 22
	}
	high, low := expm1Quarter(2 * a)
	dHigh, dLow := twoSum(0.5, high)
	q, correction := quotient(high, low, dHigh, dLow+low)
	y := math.Copysign(q+correction, x)
	if a < tinyAngle {
		y = x
	}
	return y
}
