package models

import (
	"errors"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/hmm"
)

// FiniteHMM is a Markov chain over finitely many states, each with its own law
// of the observations. The state of a particle is the number of its state, from
// 0. Package hmm solves it exactly.
type FiniteHMM struct {
	Chain hmm.Model
	// LogEmission writes log p(o.Y | state k) to dst[k].
	LogEmission func(dst []float64, o *smc.Obs)
}

// NewFiniteHMM checks the chain.
func NewFiniteHMM(chain hmm.Model, logEmission func(dst []float64, o *smc.Obs)) (*FiniteHMM, error) {
	if logEmission == nil {
		return nil, errors.New("models: a hidden Markov model needs its emissions")
	}
	return &FiniteHMM{chain, logEmission}, chain.Validate()
}

// GaussianEmission is the law Normal(mean[k], sd[k]) of the first number.
func GaussianEmission(mean, sd []float64) func(dst []float64, o *smc.Obs) {
	return func(dst []float64, o *smc.Obs) {
		for k := range dst {
			z := (o.Y[0] - mean[k]) / sd[k]
			dst[k] = -float64(0.5*(z*z)) - elem.Log(sd[k]) - halfLog2Pi
		}
	}
}

// Dim implements smc.Model.
func (m *FiniteHMM) Dim() int { return 1 }

// Init implements smc.Model.
func (m *FiniteHMM) Init(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	x := p.X[0]
	src.FillFloat64(x)
	for i, u := range x {
		x[i] = pickState(u, m.Chain.Initial)
	}
	return nil
}

// Move implements smc.Model.
func (m *FiniteHMM) Move(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	x, prev := p.X[0], p.Prev[0]
	src.FillFloat64(x)
	for i, u := range x {
		x[i] = pickState(u, m.Chain.Transition[int(prev[i])])
	}
	return nil
}

// pickState inverts the law probs at u; what rounding leaves over belongs to
// the last state that is possible.
func pickState(u float64, probs []float64) float64 {
	last := 0
	for k, p := range probs {
		if p > 0 {
			if u < p {
				return float64(k)
			}
			u -= p
			last = k
		}
	}
	return float64(last)
}

// LogWeight implements smc.Model.
func (m *FiniteHMM) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	if o.Missing() {
		clear(dst)
		return nil
	}
	emission := make([]float64, len(m.Chain.Initial))
	m.LogEmission(emission, o)
	for i, k := range p.X[0] {
		dst[i] = emission[int(k)]
	}
	return nil
}

// LogTransition implements smc.Transition, with probabilities for densities.
func (m *FiniteHMM) LogTransition(dst []float64, _ *smc.Obs, prev, next [][]float64) error {
	logs := make([][]float64, len(m.Chain.Transition))
	for i, row := range m.Chain.Transition {
		logs[i] = make([]float64, len(row))
		for j, p := range row {
			logs[i][j] = math.Inf(-1)
			if p > 0 {
				logs[i][j] = elem.Log(p)
			}
		}
	}
	for i := range dst {
		dst[i] = logs[int(prev[0][i])][int(next[0][i])]
	}
	return nil
}
