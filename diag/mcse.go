package diag

import (
	"math"

	"github.com/quatre-ppl/quatre/tensor"
)

// MCSEMean returns the Monte Carlo standard error of the mean, SD/√ESSMean.
func MCSEMean(draws [][]float64) float64 {
	return ifEnough(draws, func(c chains) float64 {
		return math.Sqrt(tensor.Variance(c.x)) / math.Sqrt(c.split().deviations().ess())
	})
}

// MCSESD returns the Monte Carlo standard error of the standard deviation: with
// v the mean and ESS the effective sample size of the squared deviations d², the
// delta method gives √((mean(d⁴) − v²) / ESS / 4v). It is NaN for constant draws.
func MCSESD(draws [][]float64) float64 {
	return ifEnough(draws, func(c chains) float64 { return mcseSD(c.squaredDeviations()) })
}

// mcseSD is MCSESD from the squared deviations.
func mcseSD(squares chains) float64 {
	variance := tensor.Mean(squares.x)
	fourth := tensor.Mean(squares.apply(func(x float64) float64 { return x * x }).x)
	ofVariance := (fourth - variance*variance) / squares.split().deviations().ess()
	return math.Sqrt(ofVariance / variance / 4)
}

// MCSEQuantile returns the Monte Carlo standard error of the p-quantile: half
// the distance of the order statistics that bound it with the probability of
// ±1 standard deviation of a normal, given its effective sample size. It panics
// unless 0 ≤ p ≤ 1. Vehtari et al. 2021, section 4.4.
func MCSEQuantile(draws [][]float64, p float64) float64 {
	return ifEnough(draws, func(c chains) float64 {
		sorted := sortedCopy(c.x)
		return mcseQuantile(sorted, p, c.split().essUpTo(quantile(sorted, p)))
	})
}

// mcseQuantile is MCSEQuantile from the sorted draws and the quantile's
// effective sample size.
func mcseQuantile(sorted []float64, p, effective float64) float64 {
	// Φ(−1) and Φ(1) to the digits that ArviZ has.
	const below, above = 0.1586553, 0.8413447
	n := float64(len(sorted))
	a, b := effective*p+1, effective*(1-p)+1
	low := max(n*betaQuantile(below, a, b)-1, 0)
	high := min(n*betaQuantile(above, a, b)-1, n-1)
	if math.IsNaN(low) || math.IsNaN(high) {
		return math.NaN()
	}
	return (sorted[int(math.Ceil(high))] - sorted[int(math.Floor(low))]) / 2
}
