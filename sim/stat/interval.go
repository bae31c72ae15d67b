package stat

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// Interval is a confidence interval for a mean.
type Interval struct {
	Mean  float64
	Half  float64 // half the width; +Inf with a single observation
	Level float64 // the confidence, such as 0.95
	N     int     // observations, or batches
}

// Low returns the lower end.
func (i Interval) Low() float64 { return i.Mean - i.Half }

// High returns the upper end.
func (i Interval) High() float64 { return i.Mean + i.Half }

// Covers reports whether x lies in the interval.
func (i Interval) Covers(x float64) bool { return math.Abs(x-i.Mean) <= i.Half }

// Relative returns the half-width relative to the mean, +Inf for a mean of 0.
func (i Interval) Relative() float64 { return i.Half / math.Abs(i.Mean) }

// String writes the interval as mean ± half-width.
func (i Interval) String() string { return fmt.Sprintf("%.5g ± %.2g", i.Mean, i.Half) }

// TInterval returns Student's interval for the mean of independent
// observations, such as one number from each replication:
// mean ± t_{n−1} s/√n. It must not be used for the successive observations of
// one run, which depend on each other: see BatchMeans.
func TInterval(x []float64, level float64) Interval {
	mean, variance := moments(x)
	n := len(x)
	half := math.Inf(1)
	if n > 1 {
		half = TQuantile((1+level)/2, float64(n-1)) * math.Sqrt(variance/float64(n))
	}
	return Interval{Mean: mean, Half: half, Level: level, N: n}
}

// PairedInterval returns the interval for the mean of a − b where a[i] and b[i]
// come from the same random numbers.
func PairedInterval(a, b []float64, level float64) Interval {
	d := make([]float64, min(len(a), len(b)))
	for i := range d {
		d[i] = a[i] - b[i]
	}
	return TInterval(d, level)
}

// moments returns mean and sample variance, NaN where there are too few.
func moments(x []float64) (mean, variance float64) {
	n := float64(len(x))
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	mean = sum / n
	for _, v := range x {
		d := v - mean
		variance += float64(d * d)
	}
	return mean, variance / (n - 1)
}

// TQuantile returns the p-quantile of Student's distribution with df > 0
// degrees of freedom, 0 < p < 1, by bisection of the distribution function
// 1 − ½ I_{df/(df+t²)}(df/2, ½).
func TQuantile(p, df float64) float64 {
	if p < 0.5 {
		return -TQuantile(1-p, df)
	}
	tail := 2 * (1 - p)
	low, high := 0.0, 1.0
	exceed := func(t float64) float64 { return elem.BetaInc(df/2, 0.5, df/(df+float64(t*t))) }
	for exceed(high) > tail && high < 1e15 {
		high *= 2
	}
	for range 80 {
		if mid := (low + high) / 2; exceed(mid) > tail {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// StandardDeviation returns the sample standard deviation, NaN below two
// observations.
func StandardDeviation(x []float64) float64 {
	_, variance := moments(x)
	return math.Sqrt(variance)
}

// Mean returns the arithmetic mean, NaN of nothing.
func Mean(x []float64) float64 {
	mean, _ := moments(x)
	return mean
}
