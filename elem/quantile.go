package elem

import "math"

// NormQuantile returns the x with Phi(x) = p, Phi the distribution function of the
// standard normal: -Inf at 0, +Inf at 1, NaN outside [0, 1].
//
// Wichura 1988, algorithm AS 241 (PPND16).
// Largest error seen: 3.9 ulp.
func NormQuantile(p float64) float64 {
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return q * quantileCentre(r)
	}
	tail := p
	if q > 0 {
		tail = 1 - p
	}
	if !(tail > 0) {
		if tail == 0 {
			return math.Copysign(math.Inf(1), q)
		}
		return math.NaN()
	}
	r := math.Sqrt(-Log(tail))
	var x float64
	if r <= 5 {
		x = quantileTail(r - 1.6)
	} else {
		x = quantileFarTail(r - 5)
	}
	return math.Copysign(x, q)
}

func quantileCentre(r float64) float64 {
	num := 2.5090809287301226727e+3
	num = math.FMA(num, r, 3.3430575583588128105e+4)
	num = math.FMA(num, r, 6.7265770927008700853e+4)
	num = math.FMA(num, r, 4.5921953931549871457e+4)
	num = math.FMA(num, r, 1.3731693765509461125e+4)
	num = math.FMA(num, r, 1.9715909503065514427e+3)
	num = math.FMA(num, r, 1.3314166789178437745e+2)
	num = math.FMA(num, r, 3.3871328727963666080e+0)
	den := 5.2264952788528545610e+3
	den = math.FMA(den, r, 2.8729085735721942674e+4)
	den = math.FMA(den, r, 3.9307895800092710610e+4)
	den = math.FMA(den, r, 2.1213794301586595867e+4)
	den = math.FMA(den, r, 5.3941960214247511077e+3)
	den = math.FMA(den, r, 6.8718700749205790830e+2)
	den = math.FMA(den, r, 4.2313330701600911252e+1)
	den = math.FMA(den, r, 1)
	return num / den
}

func quantileTail(r float64) float64 {
	num := 7.74545014278341407640e-4
	num = math.FMA(num, r, 2.27238449892691845833e-2)
	num = math.FMA(num, r, 2.41780725177450611770e-1)
	num = math.FMA(num, r, 1.27045825245236838258e+0)
	num = math.FMA(num, r, 3.64784832476320460504e+0)
	num = math.FMA(num, r, 5.76949722146069140550e+0)
	num = math.FMA(num, r, 4.63033784615654529590e+0)
	num = math.FMA(num, r, 1.42343711074968357734e+0)
	den := 1.05075007164441684324e-9
	den = math.FMA(den, r, 5.47593808499534494600e-4)
	den = math.FMA(den, r, 1.51986665636164571966e-2)
	den = math.FMA(den, r, 1.48103976427480074590e-1)
	den = math.FMA(den, r, 6.89767334985100004550e-1)
	den = math.FMA(den, r, 1.67638483018380384940e+0)
	den = math.FMA(den, r, 2.05319162663775882187e+0)
	den = math.FMA(den, r, 1)
	return num / den
}

func quantileFarTail(r float64) float64 {
	num := 2.01033439929228813265e-7
	num = math.FMA(num, r, 2.71155556874348757815e-5)
	num = math.FMA(num, r, 1.24266094738807843860e-3)
	num = math.FMA(num, r, 2.65321895265761230930e-2)
	num = math.FMA(num, r, 2.96560571828504891230e-1)
	num = math.FMA(num, r, 1.78482653991729133580e+0)
	num = math.FMA(num, r, 5.46378491116411436990e+0)
	num = math.FMA(num, r, 6.65790464350110377720e+0)
	den := 2.04426310338993978564e-15
	den = math.FMA(den, r, 1.42151175831644588870e-7)
	den = math.FMA(den, r, 1.84631831751005468180e-5)
	den = math.FMA(den, r, 7.86869131145613259100e-4)
	den = math.FMA(den, r, 1.48753612908506148525e-2)
	den = math.FMA(den, r, 1.36929880922735805310e-1)
	den = math.FMA(den, r, 5.99832206555887937690e-1)
	den = math.FMA(den, r, 1)
	return num / den
}
