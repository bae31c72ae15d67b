package bart

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// pgTruncation is where the proposal changes from the inverse Gaussian to the
// exponential (Polson, Scott and Windle 2013, section 4).
const pgTruncation = 0.64

const piSquared = math.Pi * math.Pi

// polyaGamma1 returns a PG(1, z) number by the alternating series of Devroye
// (2009) as in Polson, Scott and Windle (2013), algorithm 1.
func polyaGamma1(src *rng.Stream, z float64) float64 {
	z = math.Abs(z) / 2
	k := piSquared/8 + float64(z*z/2)
	exponential := float64(math.Pi / (2 * k) * elem.Exp(-k*pgTruncation))
	gaussian := float64(2 * elem.Exp(-z) * inverseGaussianCDF(pgTruncation, z))
	for {
		var x float64
		if float64(src.Float64()*(exponential+gaussian)) < exponential {
			x = pgTruncation + src.Exponential()/k
		} else {
			x = truncatedInverseGaussian(src, z)
		}
		if pgAccept(src, x) {
			return x / 4
		}
	}
}

// pgAccept decides by the alternating series of the density.
func pgAccept(src *rng.Stream, x float64) bool {
	sum := pgTerm(0, x)
	y := float64(src.Float64() * sum)
	for n := 1; ; n++ {
		if n%2 == 1 {
			if sum -= pgTerm(n, x); y <= sum {
				return true
			}
		} else if sum += pgTerm(n, x); y > sum {
			return false
		}
	}
}

// pgTerm is the n-th coefficient of the series.
func pgTerm(n int, x float64) float64 {
	h := float64(n) + 0.5
	if x > pgTruncation {
		return math.Pi * h * elem.Exp(-float64(h*h)*piSquared*x/2)
	}
	return math.Pi * h * elem.Pow(2/(math.Pi*x), 1.5) * elem.Exp(-2*float64(h*h)/x)
}

// inverseGaussianCDF is P(X ≤ x) of the inverse Gaussian law with mean 1/z and shape 1.
func inverseGaussianCDF(x, z float64) float64 {
	root := 1 / math.Sqrt(x)
	return elem.NormCDF(root*(float64(x*z)-1)) + float64(elem.Exp(2*z+elem.LogNormCDF(-root*(float64(x*z)+1))))
}

// truncatedInverseGaussian returns a number of that law below pgTruncation.
func truncatedInverseGaussian(src *rng.Stream, z float64) float64 {
	if z < 1/pgTruncation {
		for {
			e, other := src.Exponential(), src.Exponential()
			for float64(e*e) > 2*other/pgTruncation {
				e, other = src.Exponential(), src.Exponential()
			}
			x := 1 + float64(pgTruncation*e)
			x = pgTruncation / (x * x)
			if src.Float64() <= elem.Exp(-float64(z*z)*x/2) {
				return x
			}
		}
	}
	mean := 1 / z
	for {
		y := src.Normal()
		y *= y
		half := float64(mean * y / 2)
		x := float64(mean * (1 + half - math.Sqrt(float64(half*half)+float64(2*half))))
		if src.Float64() > mean/(mean+x) {
			x = mean * mean / x
		}
		if x <= pgTruncation {
			return x
		}
	}
}

const (
	// pgSums is the number from which a sum of PG(1, z) numbers is replaced by a gamma
	// number of the same mean and variance.
	pgSums = 12
	// pgSeries is the number of terms of the series for a part below 1.
	pgSeries = 16
)

// polyaGamma returns a PG(b, z) number for b > 0: the sum of floor(b) PG(1, z) numbers
// and of a part for the rest, which is the series of gamma numbers (Polson, Scott
// and Windle 2013, eq. 1) cut off after pgSeries terms and scaled to its mean; for large b
// a gamma number, whose skewness is nearly the same.
func polyaGamma(src *rng.Stream, b, z float64) float64 {
	if b >= pgSums {
		mean, variance := polyaGammaMoments(z)
		return rng.Gamma(src, b*mean*mean/variance, mean/variance)
	}
	sum, whole := 0.0, math.Floor(b)
	for range int(whole) {
		sum += polyaGamma1(src, z)
	}
	rest := b - whole
	if rest < 1e-9 {
		return sum
	}
	mean, _ := polyaGammaMoments(z)
	series, expected := 0.0, 0.0
	for k := range pgSeries {
		h := float64(k) + 0.5
		scale := 2 * (float64(h*h*piSquared) + float64(z*z/4)) // 2π²(k−½)² + z²/2
		series += rng.Gamma(src, rest, 1) / scale
		expected += rest / scale
	}
	return sum + float64(series*(rest*mean/expected))
}

// polyaGammaMoments returns mean and variance of PG(1, z).
func polyaGammaMoments(z float64) (mean, variance float64) {
	z = math.Abs(z)
	if z < 1e-2 {
		return 0.25 - float64(z*z)/48, 1.0/24 - float64(z*z)/120
	}
	tanh := elem.Tanh(z / 2)
	cosh := elem.Cosh(min(z/2, 300))
	mean = tanh / (2 * z)
	// (sinh z − z)/(4z³ cosh²(z/2)), with sinh z / cosh²(z/2) = 2 tanh(z/2).
	variance = (2*tanh - z/float64(cosh*cosh)) / (4 * z * z * z)
	return mean, variance
}
