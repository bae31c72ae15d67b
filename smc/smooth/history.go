package smooth

import (
	"fmt"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// History is the clouds of a filter's whole run.
type History struct {
	// X is the states, [T][Dim][N]; Weights their weights, which sum to 1,
	// [T][N]; Ancestors the place of each particle's ancestor one step
	// before, [T][N].
	X         [][][]float64
	Weights   [][]float64
	Ancestors [][]int32
	// LogEvidence is that of the whole run.
	LogEvidence float64

	model smc.Model
	data  []smc.Obs
}

// Run filters the data and keeps the clouds.
func Run(m smc.Model, data []smc.Obs, key rng.Key, o smc.Options) (*History, error) {
	f, err := smc.NewFilter(smc.Bootstrap(m, data), key, o)
	if err != nil {
		return nil, err
	}
	h := &History{model: m, data: data}
	for f.Step() {
		x := matrix(m.Dim(), f.N())
		for d := range x {
			copy(x[d], f.X(d))
		}
		w := make([]float64, f.N())
		for i, v := range f.Weights() {
			w[i] = v / f.WeightSum()
		}
		h.X, h.Weights, h.Ancestors = append(h.X, x), append(h.Weights, w), append(h.Ancestors, append([]int32(nil), f.Ancestors()...))
	}
	h.LogEvidence = f.LogEvidence()
	return h, f.Err()
}

func matrix(rows, cols int) [][]float64 {
	flat := make([]float64, rows*cols)
	m := make([][]float64, rows)
	for i := range m {
		m[i] = flat[i*cols : (i+1)*cols : (i+1)*cols]
	}
	return m
}

// Mean returns Σ w[i] x[i] for weights that sum to 1.
func Mean(w, x []float64) float64 {
	sum := 0.0
	for i, v := range w {
		sum += float64(v * x[i])
	}
	return sum
}

// Genealogy returns the weights of each cloud given all the data, by the final
// weights of each particle's descendants: [T][N].
func (h *History) Genealogy() [][]float64 { return h.FixedLag(len(h.X)) }

// FixedLag returns the weights of the cloud at t given the data up to t + lag:
// [T][N] (Kitagawa and Sato 2001).
func (h *History) FixedLag(lag int) [][]float64 {
	out := make([][]float64, len(h.X))
	for t := range out {
		last := min(t+lag, len(h.X)-1)
		carried := append([]float64(nil), h.Weights[last]...)
		for s := last; s > t; s-- {
			back := make([]float64, len(carried))
			for i, a := range h.Ancestors[s] {
				back[a] += carried[i]
			}
			carried = back
		}
		out[t] = carried
	}
	return out
}

// transition returns the model as one that knows the density of its moves.
func (h *History) transition() (smc.Transition, error) {
	m, ok := h.model.(smc.Transition)
	if !ok {
		return nil, fmt.Errorf("smooth: the model does not know the density of its moves: it must implement smc.Transition")
	}
	return m, nil
}

// kernel evaluates backward probabilities of the particles at a time given a
// state at the next one.
type kernel struct {
	model smc.Transition
	next  [][]float64
	logs  []float64
}

func newKernel(m smc.Transition, n int) *kernel {
	return &kernel{m, matrix(m.Dim(), n), make([]float64, n)}
}

// backward writes to dst the unnormalised probability, w[i] times the density
// of the move to state j of next at o, for each particle i of x, scaled so that
// the largest is at most 1, and returns their sum.
func (k *kernel) backward(dst []float64, o *smc.Obs, w []float64, x, next [][]float64, j int) (float64, error) {
	for d := range k.next {
		for i := range k.next[d] {
			k.next[d][i] = next[d][j]
		}
	}
	if err := k.model.LogTransition(k.logs, o, x, k.next); err != nil {
		return 0, err
	}
	largest := k.logs[0]
	for _, l := range k.logs {
		largest = max(largest, l)
	}
	sum := 0.0
	for i, l := range k.logs {
		dst[i] = float64(w[i] * elem.Exp(l-largest))
		sum += dst[i]
	}
	if !(sum > 0) {
		return 0, fmt.Errorf("smooth: no particle can have moved to a state at observation %d: the density of moves contradicts the moves", o.Index+1)
	}
	return sum, nil
}
