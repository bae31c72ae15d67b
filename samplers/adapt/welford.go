package adapt

import (
	"fmt"
	"math"
)

// Shrinkage of an estimate from n draws towards the unit metric times
// shrinkScale: weight n/(n+shrinkDraws) on the estimate, as in Stan.
const (
	shrinkDraws = 5
	shrinkScale = 1e-3
)

// Welford estimates variances or covariances from a stream of positions in one
// pass (Welford 1962; Chan, Golub & LeVeque 1983 for the stability).
type Welford struct {
	dense   bool
	count   int
	mean    []float64 // [Dim]
	scatter []float64 // sums of products of deviations: [Dim], or [Dim × Dim] column-major, lower triangle
	delta   []float64 // scratch, [Dim]
}

// NewVariance returns an estimator of the Dim variances.
func NewVariance(dim int) *Welford {
	return &Welford{mean: make([]float64, dim), scatter: make([]float64, dim), delta: make([]float64, dim)}
}

// NewCovariance returns an estimator of the Dim × Dim covariance matrix.
func NewCovariance(dim int) *Welford {
	return &Welford{dense: true, mean: make([]float64, dim), scatter: make([]float64, dim*dim), delta: make([]float64, dim)}
}

// Count returns the number of positions since the last Reset.
func (w *Welford) Count() int { return w.count }

// Size returns the length of an estimate: Dim or Dim².
func (w *Welford) Size() int { return len(w.scatter) }

// Reset forgets all positions.
func (w *Welford) Reset() {
	w.count = 0
	clear(w.mean)
	clear(w.scatter)
}

// CopyFrom overwrites w with src, an estimator of the same kind and dimension.
func (w *Welford) CopyFrom(src *Welford) {
	w.count = src.count
	copy(w.mean, src.mean)
	copy(w.scatter, src.scatter)
}

// Add takes a position, [Dim].
func (w *Welford) Add(q []float64) {
	w.count++
	n := float64(w.count)
	for i, x := range q {
		w.delta[i] = x - w.mean[i]
		w.mean[i] += w.delta[i] / n
	}
	if !w.dense {
		for i, x := range q {
			w.scatter[i] += float64((x - w.mean[i]) * w.delta[i])
		}
		return
	}
	dim := len(q)
	for j := range q {
		column := w.scatter[j*dim : (j+1)*dim]
		for i := j; i < dim; i++ {
			column[i] += float64((q[i] - w.mean[i]) * w.delta[j])
		}
	}
}

// Shrunk writes the estimate, shrunk towards 0.001 times the unit matrix:
//
//	n/(n+5) S + 5/(n+5) 1e-3 I,   S with the divisor n - 1,
//
// to dst of length Size. It needs two positions at least; the error names a
// coordinate whose estimate is not finite.
func (w *Welford) Shrunk(dst []float64) error {
	n := float64(w.count)
	factor := n / (n + shrinkDraws) / (n - 1)
	ridge := float64(shrinkScale * (shrinkDraws / (n + shrinkDraws)))
	dim := len(w.mean)
	if !w.dense {
		for i, s := range w.scatter {
			dst[i] = float64(factor*s) + ridge
			if !finite(dst[i]) {
				return overflow(i, dst[i])
			}
		}
		return nil
	}
	for j := range dim {
		for i := j; i < dim; i++ {
			c := float64(factor * w.scatter[j*dim+i])
			if i == j {
				c += ridge
			}
			if !finite(c) {
				return overflow(i, c)
			}
			dst[j*dim+i], dst[i*dim+j] = c, c
		}
	}
	return nil
}

func overflow(coordinate int, value float64) error {
	return fmt.Errorf("adapt: the estimated variance of coordinate %d overflows (%g): the chain has met extreme values, %w", coordinate, value, ErrImproper)
}

func finite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }
