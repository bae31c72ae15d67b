package smc

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem/vec"
)

// lanes is the number of partial sums over a cloud: element i is added to sum
// i mod lanes, and the sums in a fixed tree, on every machine.
const lanes = 4

// sumSquares returns Σ w[i] and Σ w[i]².
func sumSquares(w []float64) (sum, squares float64) {
	var s, q [lanes]float64
	whole := len(w) &^ (lanes - 1)
	for i := 0; i < whole; i += lanes {
		v := w[i : i+lanes : i+lanes]
		s[0] += v[0]
		s[1] += v[1]
		s[2] += v[2]
		s[3] += v[3]
		q[0] += float64(v[0] * v[0])
		q[1] += float64(v[1] * v[1])
		q[2] += float64(v[2] * v[2])
		q[3] += float64(v[3] * v[3])
	}
	for i, v := range w[whole:] {
		s[i] += v
		q[i] += float64(v * v)
	}
	return (s[0] + s[1]) + (s[2] + s[3]), (q[0] + q[1]) + (q[2] + q[3])
}

// largest returns the maximum, ignoring NaN; −Inf for none.
func largest(x []float64) float64 {
	a, b := math.Inf(-1), math.Inf(-1)
	whole := len(x) &^ 1
	for i := 0; i < whole; i += 2 {
		if x[i] > a {
			a = x[i]
		}
		if x[i+1] > b {
			b = x[i+1]
		}
	}
	for _, v := range x[whole:] {
		if v > a {
			a = v
		}
	}
	return max(a, b)
}

// weights is a cloud's weights: w[i] = exp(log[i]), the largest 1, which stand
// for exp(shift)·w[i].
type weights struct {
	log, w  []float64
	shift   float64
	sum     float64 // Σ w
	squares float64 // Σ w²
}

func newWeights(n int) weights {
	return weights{log: make([]float64, n), w: make([]float64, n)}
}

// equal sets all weights to 1.
func (w *weights) equal() {
	clear(w.log)
	for i := range w.w {
		w.w[i] = 1
	}
	n := float64(len(w.w))
	w.shift, w.sum, w.squares = 0, n, n
}

// normalise takes w.log as unnormalised log weights with nothing shifted, and
// fills in the rest. It reports a weight that is no number by its place, and
// ok = false where all are 0.
func (w *weights) normalise() (ok bool, err error) {
	w.shift = largest(w.log)
	if math.IsInf(w.shift, -1) {
		return false, w.explain(nil)
	}
	for i := range w.log {
		w.log[i] -= w.shift
	}
	vec.Exp(w.w, w.log)
	w.sum, w.squares = sumSquares(w.w)
	if !(w.sum <= math.MaxFloat64) {
		return false, w.explain(ErrWeight)
	}
	return true, nil
}

// explain names the first log weight that is NaN or +Inf; otherwise it returns
// fallback.
func (w *weights) explain(fallback error) error {
	for i, l := range w.log {
		if math.IsNaN(l) {
			if math.IsInf(w.shift, 1) {
				return fmt.Errorf("particle %d or another has log weight +Inf or NaN: %w; look for a division by 0 or a density at a point mass in the model", i, ErrWeight)
			}
			return fmt.Errorf("the log weight of particle %d is NaN: %w; look in the model for 0/0, Inf−Inf, the log of a negative number, or a missing observation that it takes for a number", i, ErrWeight)
		}
	}
	return fallback
}

// ess returns (Σw)²/Σw².
func (w *weights) ess() float64 { return w.sum * w.sum / w.squares }
