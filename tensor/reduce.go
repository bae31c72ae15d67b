package tensor

import (
	"fmt"
	"math"
)

// Dot returns Σ x[i]·y[i], added in index order, each product rounded before
// it is added. It is 0 for empty slices and panics if the lengths differ.
func Dot(x, y []float64) float64 {
	if len(x) != len(y) {
		panic(fmt.Sprintf("tensor: dot product of slices of length %d and %d", len(x), len(y)))
	}
	sum := 0.0
	for i, v := range x {
		sum += float64(v * y[i])
	}
	return sum
}

// Mean returns the arithmetic mean of x, NaN for an empty slice. A second pass
// adds the mean of the residuals, which removes the rounding error of the
// first (Chan, Golub and LeVeque 1983, section 3).
func Mean(x []float64) float64 {
	n := float64(len(x))
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	mean := sum / n
	if math.IsInf(mean, 0) || math.IsNaN(mean) {
		return mean
	}
	residual := 0.0
	for _, v := range x {
		residual += v - mean
	}
	return mean + residual/n
}

// Variance returns the unbiased sample variance Σ (x[i] − mean)² / (n − 1),
// NaN for fewer than two elements, by the corrected two-pass algorithm (Chan,
// Golub and LeVeque 1983, eq. 1.7).
func Variance(x []float64) float64 {
	n := float64(len(x))
	if len(x) < 2 {
		return math.NaN()
	}
	mean := Mean(x)
	squares, residual := 0.0, 0.0
	for _, v := range x {
		d := v - mean
		squares += float64(d * d)
		residual += d
	}
	// Equal elements beside a mean that is off by one rounding could leave a
	// tiny negative difference, of which nobody could take the root.
	return max(squares-float64(residual*residual)/n, 0) / (n - 1)
}

// Quantile returns the p-quantile of sorted, which must be in increasing
// order: linear interpolation between the order statistics around (n − 1)·p,
// type 7 of Hyndman and Fan (1996). It is NaN for an empty slice and panics
// unless 0 ≤ p ≤ 1.
func Quantile(sorted []float64, p float64) float64 {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("tensor: quantile of p = %v, want 0 ≤ p ≤ 1", p))
	}
	if len(sorted) == 0 {
		return math.NaN()
	}
	place := float64(float64(len(sorted)-1) * p)
	below := math.Floor(place)
	i := int(below)
	low := sorted[i]
	// The equality test also keeps equal infinities from giving NaN.
	if place == below || sorted[i+1] == low {
		return low
	}
	return low + float64((place-below)*(sorted[i+1]-low))
}
