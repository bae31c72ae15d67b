package rng

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Poisson returns a count k with probability mean^k exp(−mean) / k!. mean is
// finite and ≥ 0, where 0 gives 0. From one word below mean 10, else by
// rejection from two words or, seldom, more; from one word beyond 1e18.
func Poisson(s *Stream, mean float64) float64 {
	checkNotNegative("Poisson", "mean", mean)
	return poisson(s, mean)
}

// poisson is Poisson without the check; an infinite mean gives +Inf.
func poisson(s *Stream, mean float64) float64 {
	switch {
	case mean < 10:
		return chopDown(s.Float64(), elem.Exp(-mean), func(k float64) float64 { return mean / k })
	case math.IsInf(mean, 1):
		return mean
	case mean > poissonNormal:
		return math.Floor(float64(math.Sqrt(mean)*s.Normal()) + mean)
	}
	return poissonRejection(s, mean)
}

// poissonNormal is the mean beyond which the normal limit is used: there its
// skewness is 1e-9, and the whole numbers that a float64 holds are hundreds
// apart.
const poissonNormal = 1e18

// poissonRejection is the transformed rejection with squeeze for mean ≥ 10
// (Hörmann 1993, "The transformed rejection method for generating Poisson
// random variables", algorithm PTRS; all constants are its own).
func poissonRejection(s *Stream, mean float64) float64 {
	b := 0.931 + float64(2.53*math.Sqrt(mean))
	a := -0.059 + float64(0.02483*b)
	inverseAlpha := 1.1239 + 1.1328/(b-3.4)
	squeeze := 0.9277 - 3.6224/(b-2)
	for {
		u := s.Float64() - 0.5
		v := s.Float64()
		edge := 0.5 - math.Abs(u)
		k := math.Floor(float64((2*a/edge+b)*u) + mean + 0.43)
		if edge >= 0.07 && v <= squeeze {
			return k
		}
		if k < 0 || edge < 0.013 && v > edge {
			continue
		}
		if elem.Log(v*inverseAlpha/(a/(edge*edge)+b)) <= logPoisson(k, mean) {
			return k
		}
	}
}
