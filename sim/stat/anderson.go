package stat

import (
	"slices"

	"github.com/quatre-ppl/quatre/elem"
)

// AndersonDarling returns the statistic A² of a sample and a continuous
// distribution function (Anderson and Darling 1954):
// −n − 1/n Σ (2i−1) [log F(x_i) + log(1 − F(x_{n+1−i}))] over the sorted sample.
// It weighs the tails more than Kolmogorov and Smirnov's distance does.
func AndersonDarling(x []float64, cdf func(x float64) float64) float64 {
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	n := len(sorted)
	sum := 0.0
	for i := range sorted {
		a, b := cdf(sorted[i]), 1-cdf(sorted[n-1-i])
		sum += float64(float64(2*i+1) * (elem.Log(max(a, 1e-300)) + elem.Log(max(b, 1e-300))))
	}
	return -float64(n) - sum/float64(n)
}
