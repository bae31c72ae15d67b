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
	pool, table := newPool(split.x), blomTable(len(split.x))
	return rankRHat(split, pool, table, split.with(pool.order.scores(table)).deviations())
}

// rankRHat is RHat from the split chains, their pool, the table of normal scores, and
// the deviations of the scores.
func rankRHat(split chains, p *pool, table []float64, scores *deviations) float64 {
	bulk := scores.rHat()
	if p.folded == nil {
		return math.NaN()
	}
	tail := split.with(p.folded.scores(table)).deviations().rHat()
	if tail > bulk { // false where two-valued draws leave no tail to compare
		return tail
	}
	return bulk
}

// rHat returns √((B/W + n − 1)/n), with W the mean of the chains' variances
// and B/n the variance of their means (Gelman et al. 2013, eq. 11.4).
func (d *deviations) rHat() float64 {
	n := float64(d.n)
	within := 0.0
	for i := range d.rows {
		within += d.variance(i)
	}
	within /= float64(d.rows)
	between := n * tensor.Variance(d.means)
	return math.Sqrt((between/within + n - 1) / n)
}
