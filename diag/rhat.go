package diag

import (
	"math"

	"github.com/quatre-ppl/quatre/tensor"
)

// RHat returns the potential scale reduction: the larger of the split R-hat of
// the draws' normal scores, which sees chains that differ in location, and that
// of their folded normal scores, which sees chains that differ in spread. It
// tends to 1 as the chains mix; above 1.01 they should not be relied upon.
//
// It is NaN for a single chain, and for draws that are all equal. Vehtari,
// Gelman, Simpson, Carpenter and Bürkner 2021, "Rank-normalization, folding,
// and localization: an improved R-hat", Bayesian Analysis 16, section 4.
func RHat(draws [][]float64) float64 {
	c := flatten(draws)
	if !c.enough(2) {
		return math.NaN()
	}
	split := c.split()
	return rankRHat(split, split.zScale())
}

// rankRHat is RHat from the split chains and their normal scores.
func rankRHat(split, scores chains) float64 {
	bulk := plainRHat(scores)
	folded := split.fold()
	if math.IsNaN(folded.x[0]) { // the median is infinite
		return math.NaN()
	}
	tail := plainRHat(folded.zScale())
	if tail > bulk { // false where two-valued draws leave no tail to compare
		return tail
	}
	return bulk
}

// plainRHat returns √((B/W + n − 1)/n), with W the mean of the chains' variances
// and B/n the variance of their means (Gelman et al. 2013, eq. 11.4).
func plainRHat(c chains) float64 {
	n := float64(c.n)
	within := 0.0
	for i := range c.rows {
		within += tensor.Variance(c.chain(i))
	}
	within /= float64(c.rows)
	between := n * tensor.Variance(c.means())
	return math.Sqrt((between/within + n - 1) / n)
}
