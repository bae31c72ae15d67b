package diag

import (
	"fmt"
	"math"
)

// Quantile returns the p-quantile of all draws, interpolated linearly between
// the order statistics around (n − 1)p: type 7 of Hyndman and Fan 1996. It is
// NaN without draws or with a NaN among them, and panics unless 0 ≤ p ≤ 1.
func Quantile(draws [][]float64, p float64) float64 {
	return quantile(sortedCopy(flatten(draws).x), p)
}

// quantile is Quantile of draws that sortedCopy sorted. It rounds as NumPy
// does: the draws are compared with it later, so its last bit can decide on
// which side of it a draw is.
func quantile(sorted []float64, p float64) float64 {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("diag: quantile of p = %v, want 0 ≤ p ≤ 1", p))
	}
	n := len(sorted)
	if n == 0 || math.IsNaN(sorted[0]) {
		return math.NaN()
	}
	place := float64(n-1) * p
	below := math.Floor(place)
	i := int(below)
	if i == n-1 || sorted[i] == sorted[i+1] { // the latter may be two infinities
		return sorted[i]
	}
	part, gap := place-below, sorted[i+1]-sorted[i]
	if part >= 0.5 {
		return sorted[i+1] - float64(gap*(1-part))
	}
	return sorted[i] + float64(gap*part)
}

// median returns the middle of sorted draws or the mean of the middle two, NaN if
// there is a NaN among them.
func median(sorted []float64) float64 {
	n := len(sorted)
	switch {
	case n == 0 || math.IsNaN(sorted[0]):
		return math.NaN()
	case n%2 == 1:
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}
