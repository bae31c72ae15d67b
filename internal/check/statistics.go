package check

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// PValue reports an error if p is below falseAlarm, the probability with which
// a right program may fail, and returns whether it is not. The words of msg
// must hold the seed and the statistic.
func PValue(t TB, p, falseAlarm float64, msg ...any) bool {
	t.Helper()
	if p >= falseAlarm {
		return true
	}
	t.Errorf("%sp-value %.3g is below the false-alarm rate %.3g", title(msg), p, falseAlarm)
	return false
}

// MeanError returns the mean of independent draws and its standard error
// sd/√n, NaN for fewer than two draws.
func MeanError(sample []float64) (mean, se float64) {
	n := float64(len(sample))
	for _, x := range sample {
		mean += x / n
	}
	squares := 0.0
	for _, x := range sample {
		squares += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(squares / (n - 1) / n)
}

// KolmogorovSmirnov returns the largest distance D between the empirical
// distribution of the sample and a continuous cdf, and the probability of a
// larger one. The sample is not changed. The p-value is the limit law at
// D(√n + 0.12 + 0.11/√n) (Stephens 1970), good from about n = 10.
func KolmogorovSmirnov(sample []float64, cdf func(x float64) float64) (d, p float64) {
	sorted := slices.Sorted(slices.Values(sample))
	n := float64(len(sorted))
	for i, x := range sorted {
		// max keeps NaN, so a NaN in sample or cdf is a NaN p-value.
		u := cdf(x)
		d = max(d, u-float64(i)/n, float64(i+1)/n-u)
	}
	root := math.Sqrt(n)
	return d, kolmogorovTail(d * (root + 0.12 + 0.11/root))
}

// kolmogorovTail is P(K > x) of Kolmogorov's limit law, by the series that
// converges fast on either side.
func kolmogorovTail(x float64) float64 {
	if x <= 0 {
		return 1
	}
	const terms = 8
	sum := 0.0
	if x < 1 {
		for k := range terms {
			odd := float64(2*k + 1)
			sum += math.Exp(-odd * odd * math.Pi * math.Pi / (8 * x * x))
		}
		return 1 - math.Sqrt(2*math.Pi)/x*sum
	}
	sign := 1.0
	for k := 1; k <= terms; k++ {
		sum += sign * math.Exp(-2*float64(k*k)*x*x)
		sign = -sign
	}
	return 2 * sum
}

// leastExpected is the expected count of a cell after pooling. Cochran (1954)
// asks for 5; the far tail of the law, where p-values near 1e-6 lie, asks for
// more.
const leastExpected = 20

// ChiSquare returns Pearson's statistic of counts in cells against the
// expected counts, and its p-value with one degree of freedom less than there
// are cells. Neighbouring cells are pooled until at least 20 are expected in
// each; with fewer than two cells left, statistic and p-value are 0 and 1. A
// count where none is expected at all gives +Inf and 0. It panics if the
// lengths or the totals differ, the totals by more than 1e-6 relative.
func ChiSquare(counts []int, expected []float64) (statistic, p float64) {
	if len(counts) != len(expected) {
		panic(fmt.Sprintf("check: %d counts, %d expected counts", len(counts), len(expected)))
	}
	total, expectedTotal := 0.0, 0.0
	for i, n := range counts {
		if n > 0 && expected[i] == 0 {
			return math.Inf(1), 0
		}
		total += float64(n)
		expectedTotal += expected[i]
	}
	if math.Abs(total-expectedTotal) > 1e-6*expectedTotal {
		panic(fmt.Sprintf("check: %v counted, %v expected: add a cell for the rest", total, expectedTotal))
	}
	observed, pooled := pool(counts, expected)
	if len(pooled) < 2 {
		return 0, 1
	}
	for i, e := range pooled {
		statistic += (observed[i] - e) * (observed[i] - e) / e
	}
	return statistic, mathext.GammaIncRegComp(float64(len(pooled)-1)/2, statistic/2)
}

// pool joins cells from the left until each has leastExpected; what remains at
// the end goes to the last one.
func pool(counts []int, expected []float64) (observed, pooled []float64) {
	o, e := 0.0, 0.0
	for i := range counts {
		o += float64(counts[i])
		e += expected[i]
		if e >= leastExpected {
			observed, pooled = append(observed, o), append(pooled, e)
			o, e = 0, 0
		}
	}
	if last := len(pooled) - 1; last >= 0 {
		observed[last] += o
		pooled[last] += e
	}
	return observed, pooled
}
