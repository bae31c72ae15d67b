package rng

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Hypergeometric returns the number of good ones among draws taken without
// replacement from good + bad, a count k with probability
//
//	C(good, k) C(bad, draws − k) / C(good + bad, draws).
//
// All are ≥ 0, good + bad ≤ 2^53 and draws ≤ good + bad.
func Hypergeometric(s *Stream, draws, good, bad int) int {
	checkCount("Hypergeometric", "draws", draws)
	checkCount("Hypergeometric", "good", good)
	checkCount("Hypergeometric", "bad", bad)
	checkCount("Hypergeometric", "good + bad", good+bad)
	total := good + bad
	if draws > total {
		panic(fmt.Sprintf("rng: Hypergeometric of %d draws from %d, want no more draws than things", draws, total))
	}
	// Taking the complement of the draws, and exchanging good and bad, leave
	// at most half of the things on either count.
	fewDraws, few := min(draws, total-draws), min(good, bad)
	k := int(fewHypergeometric(s, float64(fewDraws), float64(few), float64(total)))
	if good > bad {
		k = fewDraws - k
	}
	if fewDraws < draws {
		k = good - k
	}
	return k
}

// fewHypergeometric samples for draws ≤ total/2 and good ≤ total/2.
func fewHypergeometric(s *Stream, draws, good, total float64) float64 {
	if draws == 0 || good == 0 {
		return 0
	}
	if draws*(good/total) >= 10 {
		return hypergeometricRatio(s, draws, good, total)
	}
	bad := total - good
	none := elem.Exp(logHypergeometric(0, draws, good, total))
	return chopDown(s.Float64(), none, func(k float64) float64 {
		return (good - k + 1) / k * ((draws - k + 1) / (bad - draws + k))
	})
}

// hypergeometricRatio is the ratio of uniforms with squeezes (Stadlober 1990,
// "The ratio of uniforms approach for generating discrete random variates",
// algorithm HRUA): a point (u, v) uniform in a rectangle gives k where
// u² ≤ f(k)/f(mode).
func hypergeometricRatio(s *Stream, draws, good, total float64) float64 {
	const (
		widthPerDeviation = 1.715527769921413593  // 2 √(2/e)
		widthAtLeast      = 0.8989161620588988741 // 3 − 2 √(3/e)
	)
	p := good / total
	mean := float64(draws * p)
	variance := float64(mean * (1 - p) * ((total - draws) / (total - 1)))
	width := float64(widthPerDeviation*math.Sqrt(variance+0.5)) + widthAtLeast
	mode := math.Floor((draws + 1) * ((good + 1) / (total + 2)))
	atMode := logHypergeometric(mode, draws, good, total)
	for {
		u := s.Float64()
		v := s.Float64()
		k := math.Floor(mean + 0.5 + width*(v-0.5)/u)
		logRatio := logHypergeometric(k, draws, good, total) - atMode
		// The squeezes bound 2 log u from above and below.
		if float64(u*(4-u))-3 <= logRatio {
			return k
		}
		if u*(u-logRatio) < 1 && 2*elem.Log(u) <= logRatio {
			return k
		}
	}
}

// logHypergeometric returns the log probability of k good ones among draws,
// 0 < draws, good < total; −Inf where k is impossible. Three binomial
// probabilities at p = draws/total have no large terms to cancel.
func logHypergeometric(k, draws, good, total float64) float64 {
	p := draws / total
	q := (total - draws) / total
	inGood := logBinomial(k, good, p, q)
	inBad := logBinomial(draws-k, total-good, p, q)
	return inGood + inBad - logBinomial(draws, total, p, q)
}
