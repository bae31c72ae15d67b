package elem

import "math"

// Erf returns the error function of x, 2/sqrt(pi) times the integral of exp(-t²) from 0 to x.
// Largest error seen: 0.98 ulp.
func Erf(x float64) float64 {
	a := math.Abs(x)
	if a < 1 {
		return math.FMA(x, erfTail(x*x), x)
	}
	high, low, n := erfcParts(a, 0)
	tail := scale(high+low, n)
	return math.Copysign(1-tail, x)
}

// Erfc returns 1 - Erf(x), accurate far into the tail.
// Largest error seen: 1.17 ulp.
func Erfc(x float64) float64 {
	high, low, n := erfcParts(math.Abs(x), 0)
	y := scale(high+low, n)
	if x < 0 {
		y = 2 - y
	}
	return y
}

// erfTail returns erf(x)/x - 1 for z = x² <= 1, error 1.6e-17
// (kernels/native/tables/coefficients.py, erf).
func erfTail(z float64) float64 {
	z2 := z * z
	z4 := z2 * z2
	p01 := math.FMA(-0.3761263890318375, z, 0.1283791670955126)
	p23 := math.FMA(-0.026866170645076792, z, 0.11283791670954879)
	p45 := math.FMA(-0.000854832698083379, z, 0.0052239776248180145)
	p67 := math.FMA(-1.4925595266831182e-05, z, 0.0001205533111164271)
	p89 := math.FMA(-1.6350312701054695e-07, z, 1.6461000484121368e-06)
	pab := math.FMA(-1.1372848856791674e-09, z, 1.4659775274047436e-08)
	p03 := math.FMA(p23, z2, p01)
	p47 := math.FMA(p67, z2, p45)
	p8b := math.FMA(pab, z2, p89)
	p8c := math.FMA(5.957176147748911e-11, z4, p8b)
	return math.FMA(math.FMA(p8c, z4, p47), z4, p03)
}

// erfcParts returns erfc(z + zLow) = (high + low) 2^n for z >= 0.
func erfcParts(z, zLow float64) (high, low, n float64) {
	if z > 60 { // zero already; the square must not overflow
		z, zLow = 60, 0
	}
	square, squareLow := twoProd(z, z)
	squareLow = math.FMA(2*z, zLow, squareLow)
	eHigh, eLow, n := expParts(-square, -squareLow)
	gHigh, gLow := erfcxParts(z, zLow)
	high, err := twoProd(eHigh, gHigh)
	low = math.FMA(eHigh, gLow, math.FMA(eLow, gHigh, err))
	return high, low, n
}

// erfcxParts returns exp(z²) erfc(z), z + zLow for z, as two parts, for z >= 0.
//
// (1+9/8 z) exp(z²) erfc(z) is a smooth function of t = (z-4)/(z+4), here a polynomial
// (the substitution of Shepherd & Laframboise 1981).
func erfcxParts(z, zLow float64) (high, low float64) {
	t := (z - 4) / (z + 4)
	p := erfcxTail(t)
	d, dErr := twoProd(1.125, z)
	dHigh, dLow := twoSum(1, d)
	nHigh, nLow := fastTwoSum(1, p)
	return quotient(nHigh, nLow, dHigh, math.FMA(1.125, zLow, dLow+dErr))
}

// erfcxTail returns (1+9/8 z) exp(z²) erfc(z) - 1 with z = 4 (1+t)/(1-t), |t| <= 1, error 1.7e-17
// (kernels/native/tables/coefficients.py, erfcx).
func erfcxTail(t float64) float64 {
	u := t * t
	even := -1.6148432264388659e-10
	even = math.FMA(even, u, 1.906800415887931e-09)
	even = math.FMA(even, u, -1.2638996289030858e-08)
	even = math.FMA(even, u, 5.472879895578726e-08)
	even = math.FMA(even, u, 3.988184228484206e-08)
	even = math.FMA(even, u, -5.02368581029093e-06)
	even = math.FMA(even, u, 7.485629682369616e-05)
	even = math.FMA(even, u, -0.0004357682042198497)
	even = math.FMA(even, u, -0.007334860074781587)
	even = math.FMA(even, u, -0.023617493542254658)
	even = math.FMA(even, u, -0.009163084533407716)
	even = math.FMA(even, u, 0.10434091383446463)
	even = math.FMA(even, u, -0.24650298306216237)
	odd := 4.5532308821990603e-10
	odd = math.FMA(odd, u, -6.081225465927259e-09)
	odd = math.FMA(odd, u, 5.31246669571303e-08)
	odd = math.FMA(odd, u, -4.1983272699948184e-07)
	odd = math.FMA(odd, u, 3.0312322676141355e-06)
	odd = math.FMA(odd, u, -1.4556447552967948e-05)
	odd = math.FMA(odd, u, -7.752698022738425e-05)
	odd = math.FMA(odd, u, 0.0024808651771525895)
	odd = math.FMA(odd, u, 0.015287501095582292)
	odd = math.FMA(odd, u, 0.025115050344564707)
	odd = math.FMA(odd, u, -0.03355820178682012)
	odd = math.FMA(odd, u, -0.1918791495553914)
	return math.FMA(odd, t, even)
}
