// Package hmm computes with hidden Markov models of finitely many states
// exactly: filter, smoother, and the most probable path.
package hmm

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/tensor"
)

// Model is a Markov chain over states 0 … K−1.
type Model struct {
	Initial    []float64   // [K] law of the first state
	Transition [][]float64 // [K][K], row i the law of the state after i
}

// Validate reports the first number that makes the model no Markov chain.
func (m *Model) Validate() error {
	k := len(m.Initial)
	if k == 0 || len(m.Transition) != k {
		return fmt.Errorf("hmm: %d initial probabilities and %d rows of transitions: there must be one of each per state", k, len(m.Transition))
	}
	if err := checkLaw("the initial law", m.Initial); err != nil {
		return err
	}
	for i, row := range m.Transition {
		if len(row) != k {
			return fmt.Errorf("hmm: row %d of the transitions has %d numbers, want %d", i+1, len(row), k)
		}
		if err := checkLaw(fmt.Sprintf("row %d of the transitions", i+1), row); err != nil {
			return err
		}
	}
	return nil
}

func checkLaw(name string, p []float64) error {
	sum := 0.0
	for _, v := range p {
		if !(v >= 0) {
			return fmt.Errorf("hmm: %s has the probability %v", name, v)
		}
		sum += v
	}
	if math.Abs(sum-1) > 1e-8 {
		return fmt.Errorf("hmm: %s sums to %v, want 1", name, sum)
	}
	return nil
}

// Filtered is the outcome of Filter.
type Filtered struct {
	// Prob[t][k] is P(state k at t | y[1..t]).
	Prob [][]float64
	// LogLikelihood[t] is log p(y[t] | y[1..t−1]).
	LogLikelihood []float64
}

// Total returns log p(y[1..T]).
func (f *Filtered) Total() float64 {
	sum := 0.0
	for _, l := range f.LogLikelihood {
		sum += l
	}
	return sum
}

// Filter runs forward over the emissions, logEmission[t][k] = log p(y[t] |
// state k), 0 throughout where y[t] is missing (Rabiner 1989, section III.A).
func (m *Model) Filter(logEmission [][]float64) (*Filtered, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	k := len(m.Initial)
	out := &Filtered{make([][]float64, len(logEmission)), make([]float64, len(logEmission))}
	pred := append([]float64(nil), m.Initial...)
	logW := make([]float64, k)
	for t, emission := range logEmission {
		if len(emission) != k {
			return nil, fmt.Errorf("hmm: observation %d has %d emissions, want %d", t+1, len(emission), k)
		}
		if t > 0 {
			clear(pred)
			for i, p := range out.Prob[t-1] {
				for j, a := range m.Transition[i] {
					pred[j] += float64(p * a)
				}
			}
		}
		for j := range logW {
			logW[j] = elem.Log(pred[j]) + emission[j]
		}
		total := tensor.LogSumExp(logW)
		if !(math.Abs(total) <= math.MaxFloat64) {
			return nil, fmt.Errorf("hmm: observation %d has likelihood exp(%v) in every state", t+1, total)
		}
		out.LogLikelihood[t] = total
		out.Prob[t] = make([]float64, k)
		for j := range logW {
			out.Prob[t][j] = elem.Exp(logW[j] - total)
		}
	}
	return out, nil
}

// Smooth returns P(state k at t | y[1..T]) as [t][k], from what Filter
// returned.
func (m *Model) Smooth(f *Filtered) [][]float64 {
	k := len(m.Initial)
	out := make([][]float64, len(f.Prob))
	for t := len(out) - 1; t >= 0; t-- {
		out[t] = append([]float64(nil), f.Prob[t]...)
		if t == len(out)-1 {
			continue
		}
		// P(i at t | all) = Σ_j P(j at t+1 | all) P(i → j | y[1..t]).
		clear(out[t])
		for j := range k {
			pred := 0.0
			for i := range k {
				pred += float64(f.Prob[t][i] * m.Transition[i][j])
			}
			if pred == 0 {
				continue
			}
			ratio := out[t+1][j] / pred
			for i := range k {
				out[t][i] += float64(f.Prob[t][i] * m.Transition[i][j] * ratio)
			}
		}
	}
	return out
}

// Viterbi returns the most probable path and the log of its joint probability
// with the data (Viterbi 1967). Of equal paths it takes the one with the
// smaller state at the last place where they differ.
func (m *Model) Viterbi(logEmission [][]float64) (path []int, logProb float64) {
	k := len(m.Initial)
	best := make([]float64, k)
	back := make([][]int, len(logEmission))
	for t, emission := range logEmission {
		next := make([]float64, k)
		back[t] = make([]int, k)
		for j := range k {
			next[j] = elem.Log(m.Initial[j])
			if t > 0 {
				next[j] = math.Inf(-1)
				for i := range k {
					if v := best[i] + elem.Log(m.Transition[i][j]); v > next[j] {
						next[j], back[t][j] = v, i
					}
				}
			}
			next[j] += emission[j]
		}
		best = next
	}
	last := 0
	for j, v := range best {
		if v > best[last] {
			last = j
		}
	}
	path = make([]int, len(logEmission))
	for t := len(path) - 1; t >= 0; t-- {
		path[t] = last
		last = back[t][last]
	}
	return path, best[path[len(path)-1]]
}
