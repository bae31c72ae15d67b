package diag

import (
	"cmp"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
)

// LargestShape is the Pareto shape of the largest importance ratios above which weighted
// draws do not stand for their target (Vehtari, Simpson, Gelman, Yao and Gabry 2024,
// "Pareto smoothed importance sampling", section 3.2).
const LargestShape = 0.7

// fewestInTail is the least number of ratios that a tail is fitted to.
const fewestInTail = 5

// equalShare is the share of a weight by which weights differ that are equal but for
// rounding, as they are where the target is what was drawn from.
const equalShare = 1e-8

// SmoothTail turns log importance ratios into log weights, the largest 0 at most, by
// Pareto smoothing (Vehtari et al. 2024, algorithm 1): the largest ratios are replaced by
// quantiles of a generalised Pareto distribution that is fitted to them. It returns that
// distribution's shape: −Inf where all large ratios are equal, +Inf where it cannot be
// told. A ratio of −Inf is a weight of 0.
func SmoothTail(logWeights []float64) (shape float64) {
	n := len(logWeights)
	order := make([]int, n) // places of the weights in rising order
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(logWeights[a], logWeights[b]) })
	if n > 0 {
		largest := logWeights[order[n-1]]
		for i := range logWeights {
			logWeights[i] -= largest
		}
	}
	count := min(n/5, int(3*math.Sqrt(float64(n))))
	if count < fewestInTail {
		return math.Inf(1)
	}
	tail, cut := order[n-count:], elem.Exp(logWeights[order[n-count-1]])
	excess := make([]float64, count)
	for i, at := range tail {
		excess[i] = elem.Exp(logWeights[at]) - cut
	}
	if excess[count-1] <= float64(equalShare*cut) {
		return math.Inf(-1)
	}
	if !(excess[count/4] > 0) { // ties
		return math.Inf(1)
	}
	shape, scale := fitPareto(excess)
	if math.IsNaN(shape-shape) || math.IsNaN(scale-scale) {
		return math.Inf(1)
	}
	for i, at := range tail {
		p := (float64(i) + 0.5) / float64(count)
		logWeights[at] = min(0, elem.Log(cut+paretoQuantile(p, shape, scale)))
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
// profile posterior mean of Zhang and Stephens 2009, "A new and efficient estimation
// method for the generalized Pareto distribution", with the shape drawn towards 0.5 by as
// much as ten observations (Vehtari et al. 2024, appendix G).
func fitPareto(x []float64) (shape, scale float64) {
	n := float64(len(x))
	const prior, pull = 3.0, 10.0
	count := 30 + int(math.Sqrt(n))
	quartile := x[(len(x)+2)/4-1]
	theta, fit := make([]float64, count), make([]float64, count)
	profile := func(b float64) float64 {
		sum := 0.0
		for _, xi := range x {
			sum += elem.Log1p(-float64(b * xi))
		}
		return sum / n
	}
	for j := range theta {
		theta[j] = (1-math.Sqrt(float64(count)/(float64(j)+0.5)))/float64(prior*quartile) + 1/x[len(x)-1]
		k := profile(theta[j])
		fit[j] = float64(n * (elem.Log(-theta[j]/k) - k - 1))
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
	return (float64(k*n) + 0.5*pull) / (n + pull), -k / b
}
