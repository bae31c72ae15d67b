package rng

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Categorical returns an index i from 0 with probability probs[i] / Σ probs,
// from one word. Every weight is finite and ≥ 0 and their sum is finite and
// > 0; it need not be 1. An index of weight 0 is never returned.
func Categorical(s *Stream, probs []float64) int {
	total, last := totalWeight("Categorical", probs)
	rest := float64(s.Float64() * total)
	for i, w := range probs[:last] {
		if rest < w {
			return i
		}
		rest -= w
	}
	return last
}

// totalWeight returns the sum of the weights and the last index with a weight
// above 0, and panics if they are no distribution.
func totalWeight(sampler string, probs []float64) (total float64, last int) {
	for i, w := range probs {
		if !(w >= 0) {
			checkNotNegative(sampler, "a weight", w)
		}
		total += w
		if w > 0 {
			last = i
		}
	}
	if !(total > 0 && finite(total)) {
		panic(fmt.Sprintf("rng: %s with %d weights of sum %v, want it finite and > 0", sampler, len(probs), total))
	}
	return total, last
}

// CategoricalLogit returns an index i from 0 with probability
// exp(logits[i]) / Σ exp(logits), from one word. A logit may be −Inf, which
// is weight 0 and is never returned, but not +Inf, NaN, or all −Inf.
func CategoricalLogit(s *Stream, logits []float64) int {
	largest := math.Inf(-1)
	for _, l := range logits {
		largest = max(largest, l) // max keeps NaN
	}
	if !finite(largest) {
		panic(fmt.Sprintf("rng: CategoricalLogit with %d logits of which the largest is %v, want it finite", len(logits), largest))
	}
	total, last := 0.0, 0
	for i, l := range logits {
		w := elem.Exp(l - largest)
		total += w
		if w > 0 {
			last = i
		}
	}
	// The weights are computed again, which is cheaper than a slice for them.
	rest := float64(s.Float64() * total)
	for i, l := range logits[:last] {
		w := elem.Exp(l - largest)
		if rest < w {
			return i
		}
		rest -= w
	}
	return last
}
