package stat

import (
	"math"
	"slices"
)

// RankCorrelation returns Spearman's correlation of two samples of equal length: that
// of their ranks, of which equal numbers share the mean. It is 0 if all numbers of one
// are equal.
func RankCorrelation(x, y []float64) float64 {
	a, b := ranks(x), ranks(y)
	ma, mb := Mean(a), Mean(b)
	var aa, bb, ab float64
	for i := range a {
		aa += float64((a[i] - ma) * (a[i] - ma))
		bb += float64((b[i] - mb) * (b[i] - mb))
		ab += float64((a[i] - ma) * (b[i] - mb))
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(float64(aa*bb))
}

// ranks returns the ranks of numbers, from 1.
func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch {
		case x[i] < x[j]:
			return -1
		case x[i] > x[j]:
			return 1
		}
		return i - j
	})
	r := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			r[order[k]] = float64(i+j+1) / 2
		}
		i = j
	}
	return r
}
