package stat

import (
	"fmt"
	"math"
)

// BatchMeans returns an interval for the steady-state mean from one long run:
// the series, its warm-up removed, is cut into so many batches of equal length,
// whose means are nearly independent if batches are long compared with the
// correlation (Law 2015, "Simulation modeling and analysis", 9.5.3). What does
// not fill a batch is left out at the beginning. 20 to 30 batches are usual.
func BatchMeans(x []float64, batches int, level float64) (Interval, error) {
	if batches < 2 || len(x) < 2*batches {
		return Interval{}, fmt.Errorf("stat: %d observations in %d batches: want at least 2 batches of 2", len(x), batches)
	}
	size := len(x) / batches
	x = x[len(x)-size*batches:]
	means := make([]float64, batches)
	for i := range means {
		means[i], _ = moments(x[i*size : (i+1)*size])
	}
	return TInterval(means, level), nil
}

// OverlappingBatchMeans returns an interval from all n − size + 1 batches of a
// length, which overlap: the variance estimate
//
//	n·size / ((n−size+1)(n−size)) Σ (mean_j − mean)²
//
// has about 1.5 times the degrees of freedom of separate batches (Meketon and
// Schmeiser 1984, "Overlapping batch means: something for nothing?", eq. 2).
func OverlappingBatchMeans(x []float64, size int, level float64) (Interval, error) {
	n := len(x)
	if size < 2 || n < 2*size {
		return Interval{}, fmt.Errorf("stat: batches of %d among %d observations: want at least 2, and at most half of all", size, n)
	}
	mean, _ := moments(x)
	sum := 0.0
	for _, v := range x[:size] {
		sum += v
	}
	squares := 0.0
	for j := 0; ; j++ {
		d := sum/float64(size) - mean
		squares += float64(d * d)
		if j+size == n {
			break
		}
		sum += x[j+size] - x[j]
	}
	nf, m := float64(n), float64(size)
	variance := float64(nf*m) / float64((nf-m+1)*(nf-m)) * squares
	df := 1.5 * (nf/m - 1)
	return Interval{Mean: mean, Half: TQuantile((1+level)/2, df) * math.Sqrt(variance/nf), Level: level, N: n - size + 1}, nil
}
