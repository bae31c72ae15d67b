package rng

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Binomial returns the number of successes among n independent trials of
// probability p. 0 ≤ n ≤ 2^53 and p is in [0, 1]. From one word where
// n·min(p, 1 − p) < 10, else by rejection from two words or, seldom, more.
func Binomial(s *Stream, n int, p float64) int {
	checkCount("Binomial", "n", n)
	checkProbability("Binomial", p)
	return binomial(s, n, p, 1-p)
}

// binomial is Binomial without the checks, with q = 1 − p given, so that
// neither of the two need be the rounded difference of the other from 1.
func binomial(s *Stream, n int, p, q float64) int {
	if p > q {
		return n - int(rareBinomial(s, float64(n), q, p))
	}
	return int(rareBinomial(s, float64(n), p, q))
}

// rareBinomial samples for p ≤ q.
func rareBinomial(s *Stream, n, p, q float64) float64 {
	if n*p >= 10 {
		return binomialRejection(s, n, p, q)
	}
	odds := p / q
	none := elem.Exp(float64(n * elem.Log1p(-p)))
	return chopDown(s.Float64(), none, func(k float64) float64 { return (n - k + 1) / k * odds })
}

// binomialRejection is the transformed rejection with squeeze for p ≤ q and
// n·p ≥ 10 (Hörmann 1993, "The generation of binomial random variates",
// algorithm BTRS; all constants are its own).
func binomialRejection(s *Stream, n, p, q float64) float64 {
	deviation := math.Sqrt(n * p * q)
	b := 1.15 + float64(2.53*deviation)
	a := -0.0873 + float64(0.0248*b) + float64(0.01*p)
	centre := float64(n*p) + 0.5
	alpha := (2.83 + 5.1/b) * deviation
	squeeze := 0.92 - 4.2/b
	mode := math.Floor((n + 1) * p)
	for {
		u := s.Float64() - 0.5
		v := s.Float64()
		edge := 0.5 - math.Abs(u)
		k := math.Floor(float64((2*a/edge+b)*u) + centre)
		if edge >= 0.07 && v <= squeeze {
			return k
		}
		if k < 0 || k > n {
			continue
		}
		if elem.Log(v*alpha/(a/(edge*edge)+b)) <= logBinomial(k, n, p, q)-logBinomial(mode, n, p, q) {
			return k
		}
	}
}
