package smooth

import (
	"errors"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// Additive is a sum over the path whose expectation given all the data so far
// is wanted: term 0 of the first state, and a term of each pair of successive
// states.
type Additive struct {
	First func(dst []float64, o *smc.Obs, x [][]float64)
	Pair  func(o *smc.Obs, prev, next [][]float64, i, j int) float64
}

// Online keeps, for each particle of a filter, the expectation of an additive
// sum given that the path ends there (PaRIS, Olsson and Westerborn 2017): with
// each observation, a particle averages the sums of a few ancestors drawn
// backwards. Two draws keep the variance bounded over time, which one does
// not.
type Online struct {
	filter  *smc.Filter
	model   smc.Transition
	sum     Additive
	draws   int
	data    []smc.Obs
	key     rng.Key
	drawer  drawer
	values  []float64
	before  smc.State
	weights []float64
}

// NewOnline returns the sums of a filter before its first step. The model must
// be a smc.Transition; a Bounded one costs about as much as the filter.
func NewOnline(m smc.Model, data []smc.Obs, key rng.Key, o smc.Options, draws int, sum Additive) (*Online, error) {
	move, ok := m.(smc.Transition)
	if !ok {
		return nil, errors.New("smooth: sums over paths need the density of moves: the model must implement smc.Transition")
	}
	if draws < 1 || sum.First == nil || sum.Pair == nil {
		return nil, errors.New("smooth: sums over paths need at least one draw and both kinds of terms")
	}
	f, err := smc.NewFilter(smc.Bootstrap(m, data), key.Child("filter"), o)
	if err != nil {
		return nil, err
	}
	s := &Online{filter: f, model: move, sum: sum, draws: draws, data: data, key: key, values: make([]float64, f.N()), weights: make([]float64, f.N())}
	s.drawer = drawer{History: &History{model: m, data: data}, kernel: newKernel(move, f.N()), probs: make([]float64, f.N())}
	s.drawer.bounded, _ = m.(Bounded)
	if s.drawer.bounded != nil {
		s.drawer.method = Rejection
	}
	return s, nil
}

// Step takes the next observation and reports whether it did.
func (s *Online) Step() (bool, error) {
	t := s.filter.Steps()
	if t > 0 {
		s.filter.Save(&s.before)
		total := s.filter.WeightSum()
		for i, w := range s.filter.Weights() {
			s.weights[i] = w / total
		}
	}
	if !s.filter.Step() {
		return false, s.filter.Err()
	}
	now := make([][]float64, s.model.Dim())
	for d := range now {
		now[d] = s.filter.X(d)
	}
	if t == 0 {
		s.sum.First(s.values, &s.data[0], now)
		return true, nil
	}
	return true, s.update(t, now)
}

// update draws ancestors of each particle and averages their sums.
func (s *Online) update(t int, now [][]float64) error {
	h := s.drawer.History
	h.X = make([][][]float64, t+1)
	h.Weights = make([][]float64, t+1)
	h.X[t-1], h.X[t], h.Weights[t-1] = s.before.X, now, s.weights
	s.drawer.cumulative = make([][]float64, t+1)
	cumulative, sum := make([]float64, len(s.weights)), 0.0
	for i, w := range s.weights {
		sum += w
		cumulative[i] = sum
	}
	s.drawer.cumulative[t-1] = cumulative
	src := s.key.Child("backward", uint64(t)).Stream()
	next := make([]float64, len(s.values))
	for j := range next {
		for range s.draws {
			i, err := s.drawer.ancestor(t, j, src)
			if err != nil {
				return err
			}
			next[j] += (s.values[i] + s.sum.Pair(&s.data[t], s.before.X, now, i, j)) / float64(s.draws)
		}
	}
	s.values = next
	return nil
}

// Mean returns the expectation of the sum given the data so far.
func (s *Online) Mean() float64 {
	total := 0.0
	for i, w := range s.filter.Weights() {
		total += float64(w * s.values[i])
	}
	return total / s.filter.WeightSum()
}

// Filter returns the filter, to look at.
func (s *Online) Filter() *smc.Filter { return s.filter }
