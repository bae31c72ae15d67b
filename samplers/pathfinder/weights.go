package pathfinder

import (
	"cmp"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// LargestShape is the Pareto shape of the largest importance ratios above which the
// draws of an approximation do not stand for the posterior, however weighted
// (Vehtari, Simpson, Gelman, Yao & Gabry 2024, section 3.2).
const LargestShape = 0.7

// smooth turns log importance ratios into weights that sum to 1: Pareto smoothed
// importance sampling (Vehtari et al. 2024, algorithm 1). The largest ratios are
// replaced by quantiles of a generalised Pareto distribution that is fitted to them;
// shape is that distribution's, −Inf where all large
// ratios are equal, +Inf where it cannot be told. -Inf is a weight of 0.
func smooth(logRatios []float64) (weights []float64, shape float64) {
	n := len(logRatios)
	order := make([]int, n) // places of the ratios in rising order
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(logRatios[a], logRatios[b]) })
	weights = make([]float64, n)
	largest := logRatios[order[n-1]]
	for i, l := range logRatios {
		weights[i] = elem.Exp(l - largest)
	}
	tail := min(n/5, int(3*math.Sqrt(float64(n))))
	shape = math.Inf(1)
	if tail >= fewestInTail {
		shape = smoothTail(weights, order[n-tail:], weights[order[n-tail-1]])
	}
	total := 0.0
	for _, w := range weights {
		total += w
	}
	for i := range weights {
		weights[i] /= total
	}
	return weights, shape
}

// fewestInTail is the least number of ratios that a tail is fitted to.
const fewestInTail = 5

// equalShare is the share of a weight by which weights differ that are equal but for
// rounding, as they are where the target is a normal.
const equalShare = 1e-8

// smoothTail smooths the weights at the places of a tail, in rising order, all of
// them at least cut.
func smoothTail(weights []float64, tail []int, cut float64) (shape float64) {
	excess := make([]float64, len(tail))
	for i, at := range tail {
		excess[i] = weights[at] - cut
	}
	if excess[len(excess)-1] <= float64(equalShare*cut) {
		return math.Inf(-1)
	}
	if !(excess[len(excess)/4] > 0) { // ties
		return math.Inf(1)
	}
	shape, scale := fitPareto(excess)
	if !finite(shape) || !finite(scale) {
		return math.Inf(1)
	}
	for i, at := range tail {
		p := (float64(i) + 0.5) / float64(len(tail))
		weights[at] = min(1, cut+paretoQuantile(p, shape, scale))
	}
	return shape
}

// paretoQuantile is the quantile function of the generalised Pareto distribution.
func paretoQuantile(p, shape, scale float64) float64 {
	u := -elem.Log1p(-p)
	if math.Abs(shape) < 1e-12 {
		return float64(scale * u)
	}
	return float64(scale*elem.Expm1(float64(shape*u))) / shape
}

// fitPareto fits a generalised Pareto distribution to rising positive numbers: the
// profile posterior mean of Zhang & Stephens (2009), with the shape drawn towards
// 0.5 by as much as ten observations (Vehtari et al. 2024, appendix G).
func fitPareto(x []float64) (shape, scale float64) {
	n := len(x)
	const prior, pull = 3.0, 10.0
	count := 30 + int(math.Sqrt(float64(n)))
	quartile := x[(n+2)/4-1]
	theta, fit := make([]float64, count), make([]float64, count)
	profile := func(b float64) float64 {
		sum := 0.0
		for _, xi := range x {
			sum += elem.Log1p(-float64(b * xi))
		}
		return sum / float64(n)
	}
	for j := range theta {
		theta[j] = (1-math.Sqrt(float64(count)/(float64(j)+0.5)))/float64(prior*quartile) + 1/x[n-1]
		k := profile(theta[j])
		fit[j] = float64(float64(n) * (elem.Log(-theta[j]/k) - k - 1))
	}
	largest := slices.Max(fit)
	b, total := 0.0, 0.0
	for j, f := range fit {
		w := elem.Exp(f - largest)
		b += float64(w * theta[j])
		total += w
	}
	b /= total
	k := profile(b)
	shape = (float64(k*float64(n)) + 0.5*pull) / (float64(n) + pull)
	return shape, -k / b
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
