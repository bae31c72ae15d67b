package pathfinder

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// LargestShape is the Pareto shape of the largest importance ratios above which the
// draws of an approximation do not stand for the posterior, however weighted.
const LargestShape = diag.LargestShape

// smooth turns log importance ratios into weights that sum to 1, the largest of them
// smoothed as diag.SmoothTail does; shape is what that returns.
func smooth(logRatios []float64) (weights []float64, shape float64) {
	weights = slices.Clone(logRatios)
	shape = diag.SmoothTail(weights)
	total := 0.0
	for i, l := range weights {
		weights[i] = elem.Exp(l)
		total += weights[i]
	}
	for i := range weights {
		weights[i] /= total
	}
	return weights, shape
}

// choose returns a place by weight; the weights sum to 1.
func choose(weights []float64, src *rng.Stream) int {
	u := src.Float64()
	last := 0
	for i, w := range weights {
		if w > 0 {
			last = i
			if u -= w; u < 0 {
				return i
			}
		}
	}
	return last // rounding
}

// Choose returns one of the result's draws, by importance: the place of a chain to
// start from.
func (r *Result) Choose(src *rng.Stream) *Draw {
	weights, largest, total := make([]float64, len(r.Draws)), math.Inf(-1), 0.0
	for i := range r.Draws {
		largest = max(largest, r.Draws[i].logRatio())
	}
	for i := range weights {
		weights[i] = elem.Exp(r.Draws[i].logRatio() - largest)
		total += weights[i]
	}
	for i := range weights {
		weights[i] /= total
	}
	return &r.Draws[choose(weights, src)]
}
