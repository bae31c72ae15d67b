package smooth

import (
	"errors"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// Marginals returns the weights of each cloud given all the data, [T][N], by
// forward filtering and backward smoothing (Doucet, Godsill and Andrieu 2000,
// eq. 38):
//
//	w(t|T, i) = W(t, i) Σ_j w(t+1|T, j) f(x_j | x_i) / Σ_k W(t, k) f(x_j | x_k)
func (h *History) Marginals() ([][]float64, error) {
	m, err := h.transition()
	if err != nil {
		return nil, err
	}
	last := len(h.X) - 1
	out := make([][]float64, last+1)
	n := len(h.Weights[last])
	k, probs := newKernel(m, n), make([]float64, n)
	out[last] = append([]float64(nil), h.Weights[last]...)
	for t := last - 1; t >= 0; t-- {
		out[t] = make([]float64, n)
		for j, w := range out[t+1] {
			if w == 0 {
				continue
			}
			sum, err := k.backward(probs, &h.data[t+1], h.Weights[t], h.X[t], h.X[t+1], j)
			if err != nil {
				return nil, err
			}
			for i, p := range probs {
				out[t][i] += float64(w / sum * p)
			}
		}
	}
	return out, nil
}

// Bounded is a Transition whose density has a bound.
type Bounded interface {
	smc.Transition
	// LogTransitionBound returns a number that LogTransition at o never
	// exceeds.
	LogTransitionBound(o *smc.Obs) float64
}

// Method is a way to draw a path backwards.
type Method uint8

const (
	// Exhaustive weighs all particles at each step.
	Exhaustive Method = iota
	// Rejection proposes by filter weight and accepts by the density of the
	// move over its bound (Douc, Garivier, Moulines and Olsson 2011); after as
	// many failures as there are particles it goes on exhaustively. The model
	// must be Bounded.
	Rejection
	// Metropolis starts at the filter's own ancestor and makes steps of
	// independent proposals by filter weight (Bunch and Godsill 2013; Dau and
	// Chopin 2023).
	Metropolis
)

// metropolisSteps is the number of steps of each state; one suffices for
// stability as the cloud grows, more bring small clouds closer.
const metropolisSteps = 3

// Paths draws paths from the law of all states given all the data:
// [paths][T][Dim].
func (h *History) Paths(paths int, method Method, key rng.Key) ([][][]float64, error) {
	m, err := h.transition()
	if err != nil {
		return nil, err
	}
	last := len(h.X) - 1
	d := &drawer{History: h, kernel: newKernel(m, len(h.Weights[last])), probs: make([]float64, len(h.Weights[last])), method: method}
	d.prepare()
	if method == Rejection {
		var ok bool
		if d.bounded, ok = m.(Bounded); !ok {
			return nil, errors.New("smooth: drawing by rejection needs a bound of the density of moves: the model must implement smooth.Bounded")
		}
	}
	out := make([][][]float64, paths)
	for p := range out {
		if out[p], err = d.draw(key.Child("path", uint64(p)).Stream()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// drawer draws paths.
type drawer struct {
	*History
	kernel     *kernel
	probs      []float64
	method     Method
	bounded    Bounded
	cumulative [][]float64 // of the weights, [T][N]
}

func (d *drawer) prepare() {
	d.cumulative = make([][]float64, len(d.Weights))
	for t, w := range d.Weights {
		d.cumulative[t] = make([]float64, len(w))
		sum := 0.0
		for i, v := range w {
			sum += v
			d.cumulative[t][i] = sum
		}
	}
}

// pick draws a particle of time t by its weight, by bisection.
func (d *drawer) pick(t int, src *rng.Stream) int {
	c := d.cumulative[t]
	u := float64(src.Float64() * c[len(c)-1])
	low, high := 0, len(c)-1
	for low < high {
		middle := (low + high) / 2
		if c[middle] > u {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

func (d *drawer) draw(src *rng.Stream) ([][]float64, error) {
	last := len(d.X) - 1
	path := matrix(last+1, len(d.X[last]))
	j := d.pick(last, src)
	for t := last; ; t-- {
		for c := range path[t] {
			path[t][c] = d.X[t][c][j]
		}
		if t == 0 {
			return path, nil
		}
		var err error
		if j, err = d.ancestor(t, j, src); err != nil {
			return nil, err
		}
	}
}

// ancestor draws the particle at t − 1 that particle j at t came from.
func (d *drawer) ancestor(t, j int, src *rng.Stream) (int, error) {
	switch d.method {
	case Rejection:
		bound := d.bounded.LogTransitionBound(&d.data[t])
		for range d.probs {
			i := d.pick(t-1, src)
			l, err := d.logMove(t, i, j)
			if err != nil {
				return 0, err
			}
			if elem.Log(src.Float64()) < l-bound {
				return i, nil
			}
		}
	case Metropolis:
		i := int(d.Ancestors[t][j])
		l, err := d.logMove(t, i, j)
		for range metropolisSteps {
			if err != nil {
				return 0, err
			}
			proposed := d.pick(t-1, src)
			var next float64
			next, err = d.logMove(t, proposed, j)
			if elem.Log(src.Float64()) < next-l {
				i, l = proposed, next
			}
		}
		return i, err
	}
	sum, err := d.kernel.backward(d.probs, &d.data[t], d.Weights[t-1], d.X[t-1], d.X[t], j)
	if err != nil {
		return 0, err
	}
	rest := float64(src.Float64() * sum)
	last := 0
	for i, p := range d.probs {
		if p == 0 {
			continue
		}
		if last = i; rest < p {
			break
		}
		rest -= p
	}
	return last, nil
}

// logMove is the log density of the move from particle i at t − 1 to j at t.
func (d *drawer) logMove(t, i, j int) (float64, error) {
	var one [1]float64
	dim := len(d.X[t])
	prev, next := make([][]float64, dim), make([][]float64, dim)
	for c := range dim {
		prev[c], next[c] = d.X[t-1][c][i:i+1], d.X[t][c][j:j+1]
	}
	err := d.kernel.model.LogTransition(one[:], &d.data[t], prev, next)
	return one[0], err
}

// TwoFilter returns weights, [T][N], of the clouds of backward given all the
// data (Briers, Doucet and Maskell 2010, eq. 13): backward is the history of a
// filter that runs through the data in reverse, with a model whose law of the
// state at the observation of index t, before seeing it and later ones, has
// the log density that logLaw writes. For a stationary reversible model that
// is the same model. The first cloud of the data gets backward weights times
// the first law over logLaw.
func (h *History) TwoFilter(backward *History, logLaw func(dst []float64, t int, x [][]float64) error) ([][]float64, error) {
	m, ok := h.model.(smc.Start)
	if !ok {
		return nil, errors.New("smooth: two filters need the densities of the first state and of the moves: the model must implement smc.Start")
	}
	last := len(h.X) - 1
	if len(backward.X) != last+1 {
		return nil, errors.New("smooth: the two filters have seen different numbers of observations")
	}
	out := make([][]float64, last+1)
	for t := range out {
		r := last - t
		x, w := backward.X[r], backward.Weights[r]
		n := len(w)
		logs := make([]float64, n)
		out[t] = make([]float64, n)
		if err := logLaw(logs, t, x); err != nil {
			return nil, err
		}
		ahead := make([]float64, n)
		if t == 0 {
			if err := m.LogInit(ahead, &h.data[0], x); err != nil {
				return nil, err
			}
		} else if err := h.logPredict(ahead, m, t, x); err != nil {
			return nil, err
		}
		largest, sum := ahead[0]-logs[0], 0.0
		for j := range ahead {
			ahead[j] -= logs[j]
			largest = max(largest, ahead[j])
		}
		for j := range ahead {
			out[t][j] = float64(w[j] * elem.Exp(ahead[j]-largest))
			sum += out[t][j]
		}
		for j := range out[t] {
			out[t][j] /= sum
		}
	}
	return out, nil
}

// logPredict writes log Σ_i W(t−1, i) f(x_j | x_i) to dst.
func (h *History) logPredict(dst []float64, m smc.Transition, t int, x [][]float64) error {
	n := len(h.Weights[t-1])
	next, logs := matrix(len(x), n), make([]float64, n)
	for j := range dst {
		for d := range next {
			for i := range next[d] {
				next[d][i] = x[d][j]
			}
		}
		if err := m.LogTransition(logs, &h.data[t], h.X[t-1], next); err != nil {
			return err
		}
		largest, sum := logs[0], 0.0
		for _, l := range logs {
			largest = max(largest, l)
		}
		for i, l := range logs {
			sum += float64(h.Weights[t-1][i] * elem.Exp(l-largest))
		}
		dst[j] = largest + elem.Log(sum)
	}
	return nil
}
