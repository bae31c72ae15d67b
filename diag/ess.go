package diag

import (
	"math"

	"github.com/quatre-ppl/quatre/tensor"
)

// The tails whose effective sample size ESSTail reports (Vehtari et al. 2021,
// section 4.3).
const (
	lowTail  = 0.05
	highTail = 0.95
)

// resolution is the range below which draws count as constant, as in ArviZ.
const resolution = 1e-15

// ESSBulk returns the effective sample size for the bulk of the distribution:
// that of the mean of the normal scores of the split chains. Below 100 per
// chain, R-hat and the summaries of the centre are unreliable. Vehtari et al.
// 2021, section 4.3.
func ESSBulk(draws [][]float64) float64 {
	return ifEnough(draws, func(c chains) float64 {
		split := c.split()
		return split.with(order(split.x).scores(blomTable(len(split.x)))).deviations().ess()
	})
}

// ESSTail returns the smaller of the effective sample sizes of the 5 % and the
// 95 % quantile. Vehtari et al. 2021, section 4.3.
func ESSTail(draws [][]float64) float64 {
	return ifEnough(draws, func(c chains) float64 {
		sorted, split := sortedCopy(c.x), c.split()
		return min(split.essUpTo(quantile(sorted, lowTail)), split.essUpTo(quantile(sorted, highTail)))
	})
}

// ESSMean returns the effective sample size of the mean of the draws.
func ESSMean(draws [][]float64) float64 {
	return ifEnough(draws, func(c chains) float64 { return c.split().deviations().ess() })
}

// ESSSD returns the effective sample size of the standard deviation, computed
// as that of the mean of the squared deviations.
func ESSSD(draws [][]float64) float64 {
	return ifEnough(draws, func(c chains) float64 { return c.squaredDeviations().split().deviations().ess() })
}

// ESSQuantile returns the effective sample size of the p-quantile, computed as
// that of the mean of the indicator of draws up to it. It panics unless
// 0 ≤ p ≤ 1.
func ESSQuantile(draws [][]float64, p float64) float64 {
	return ifEnough(draws, func(c chains) float64 { return c.split().essUpTo(quantile(sortedCopy(c.x), p)) })
}

// ESSMedian returns the effective sample size of the median.
func ESSMedian(draws [][]float64) float64 { return ESSQuantile(draws, 0.5) }

// ifEnough returns f of the draws, NaN if they are too few or have NaNs.
func ifEnough(draws [][]float64, f func(chains) float64) float64 {
	c := flatten(draws)
	if !c.enough(1) {
		return math.NaN()
	}
	return f(c)
}

// essUpTo returns the effective sample size of the mean of the indicator of draws
// up to q. The chains are split already.
func (c chains) essUpTo(q float64) float64 {
	return c.apply(func(x float64) float64 {
		if x <= q {
			return 1
		}
		return 0
	}).deviations().ess()
}

// ess returns the effective sample size of the mean of the chains, S/τ with S
// the number of draws and τ = 1 + 2 Σ_t ρ_t the autocorrelation time, summed
// over Geyer's initial monotone sequence. Antithetic chains may have more than
// S, but no more than S log10 S. Draws that hardly vary have S.
//
// Vehtari et al. 2021, section 3.2; Geyer 1992, "Practical Markov
// chain Monte Carlo", section 3.3.
func (d *deviations) ess() float64 {
	size := float64(len(d.x))
	if d.span < resolution {
		return size
	}
	rho, next := initialMonotone(d.n, d.autocorrelation())
	tau := next - 1
	for _, r := range rho {
		tau += 2 * r
	}
	return size / max(tau, 1/math.Log10(size))
}

// autocorrelation returns the function that gives the estimate
// ρ_t = 1 − (W − γ_t)/V of the combined chains' autocorrelation at a lag t ≥ 1:
// γ_t the mean of the chains' autocovariances, W that of their variances and V
// the variance of all draws as R-hat estimates it (Vehtari et al. 2021, section
// 3.2).
func (d *deviations) autocorrelation() func(lag int) float64 {
	n := float64(d.n)
	gamma := newAutocovariance(d)
	within := gamma.at(0) * n / (n - 1)
	total := gamma.at(0)
	if d.rows > 1 {
		total += tensor.Variance(d.means)
	}
	return func(lag int) float64 { return 1 - (within-gamma.at(lag))/total }
}

// initialMonotone returns Geyer's initial monotone sequence of the
// autocorrelations at the lags 0 to n − 1. It consists of pairs ρ_t, ρ_{t+1} with
// t even, up to the last before a pair whose sum is not positive; a pair with a
// larger sum than that before it is set to half of that sum each.
//
// next is the ρ behind the sequence, at an even lag, and 0 if neither it nor its
// pair is positive. Counted once in the autocorrelation time it improves the
// estimate for antithetic chains.
func initialMonotone(n int, rho func(lag int) float64) (sequence []float64, next float64) {
	even, odd := 1.0, rho(1)
	if math.IsNaN(odd) {
		return nil, odd
	}
	before := math.Inf(1)
	for lag := 2; lag < n-2 && even+odd > 0; lag += 2 {
		if even+odd > before {
			even, odd = before/2, before/2
		}
		before = even + odd
		sequence = append(sequence, even, odd)
		even, odd = rho(lag), rho(lag+1)
	}
	if even <= 0 && even+odd < 0 {
		return sequence, 0
	}
	return sequence, even
}
