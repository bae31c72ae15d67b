package elem

import "math"

const (
	sqrtHalf    = 0x1.6a09e667f3bcdp-1
	sqrtHalfLow = -0x1.bdd3413b26456p-55
)

// NormCDF returns Phi(x), the distribution function of the standard normal, accurate
// relatively in the lower tail, denormal results included.
// Largest error seen: 1.24 ulp.
func NormCDF(x float64) float64 {
	high, low, n := upperTailParts(math.Abs(x))
	if x > 0 {
		tail := scale(high+low, n)
		return 1 - tail
	}
	return scale(high+low, n)
}

// LogNormCDF returns log Phi(x), to full relative accuracy in both tails.
// Largest error seen: 1.85 ulp.
func LogNormCDF(x float64) float64 {
	if x > 0 {
		high, low, n := upperTailParts(x)
		return Log1p(-scale(high+low, n))
	}
	z, zLow := scaledByRootHalf(-x)
	high, low := erfcxParts(z, zLow)
	y := math.FMA(-0.5*x, x, Log(0.5*(high+low)))
	if x < -0x1p500 { // the quotient above may overflow, and no longer matters
		y = -0.5 * x * x
	}
	return y
}

// upperTailParts returns 1 - Phi(a) = (high + low) 2^n for a >= 0.
func upperTailParts(a float64) (high, low, n float64) {
	if a > 60 {
		a = 60
	}
	square, squareLow := twoProd(a, a)
	eHigh, eLow, n := expParts(-0.5*square, -0.5*squareLow)
	gHigh, gLow := erfcxParts(scaledByRootHalf(a))
	high, err := twoProd(eHigh, gHigh)
	low = math.FMA(eHigh, gLow, math.FMA(eLow, gHigh, err))
	return high, low, n - 1
}

// scaledByRootHalf returns a/sqrt(2) as two parts.
func scaledByRootHalf(a float64) (high, low float64) {
	high, low = twoProd(a, sqrtHalf)
	return high, math.FMA(a, sqrtHalfLow, low)
}

// Log1pExp returns log(1 + e^x) (softplus) without overflow.
// Largest error seen: 1.43 ulp.
func Log1pExp(x float64) float64 {
	positive := 0.0
	if x > 0 {
		positive = x
	}
	y := positive + Log1p(Exp(-math.Abs(x)))
	if x != x {
		y = x
	}
	return y
}

// InvLogit returns 1/(1 + e^-x), accurate relatively in the lower tail.
// Largest error seen: 2.27 ulp.
func InvLogit(x float64) float64 {
	e := Exp(-math.Abs(x))
	numerator := 1.0
	if x < 0 {
		numerator = e
	}
	return numerator / (1 + e)
}
