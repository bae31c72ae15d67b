package models

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/hmm"
)

// HiddenChain is a model with a part u of the state that is drawn and a Markov
// chain s over finitely many states beside it. Its particles hold u, and the
// probabilities of the states given u and y so far, which the forward algorithm
// keeps exactly (Doucet, de Freitas, Murphy and Russell 2000); so only u is
// drawn, and the weight is Σ over s of p(s | u[1..t], y[1..t−1]) p(y[t] | s, u[t]).
//
// Its coordinates are those of u, the probabilities, and the log weight.
// NewHiddenChain checks it.
type HiddenChain struct {
	Drawn Drawn
	// Chain is the law of s. Transition, where it is not nil, writes the rows of
	// the move to o given u instead, to rows that are those of Chain before.
	Chain      hmm.Model
	Transition func(rows [][]float64, o *smc.Obs, u []float64)
	// LogEmission writes log p(o.Y | s, u) to dst[s]; it is not asked where all
	// of o.Y is missing.
	LogEmission func(dst []float64, o *smc.Obs, u []float64)
}

// NewHiddenChain returns the model, or what is wrong with it.
func NewHiddenChain(h HiddenChain) (*HiddenChain, error) {
	if h.Drawn == nil || h.LogEmission == nil {
		return nil, errors.New("models: a hidden chain needs the drawn part of the state and the law of the observations")
	}
	return &h, h.Chain.Validate()
}

// Dim implements smc.Model.
func (m *HiddenChain) Dim() int { return m.Drawn.Dim() + len(m.Chain.Initial) + 1 }

// State returns the coordinate of the probability of state s, whose mean in a
// filter is P(s | y[1..t]).
func (m *HiddenChain) State(s int) int { return m.Drawn.Dim() + s }

// Init implements smc.Model.
func (m *HiddenChain) Init(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	if err := m.Drawn.Init(src, o, part(m.Drawn, p)); err != nil {
		return err
	}
	return m.filter(o, p)
}

// Move implements smc.Model.
func (m *HiddenChain) Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	if err := m.Drawn.Move(src, o, part(m.Drawn, p)); err != nil {
		return err
	}
	return m.filter(o, p)
}

// filter makes a step of each particle's forward algorithm.
func (m *HiddenChain) filter(o *smc.Obs, p *smc.Particles) error {
	drawn, states := m.Drawn.Dim(), len(m.Chain.Initial)
	u, before, probs, logs := make([]float64, drawn), make([]float64, states), make([]float64, states), make([]float64, states)
	rows := m.Chain.Transition
	if m.Transition != nil {
		rows = make([][]float64, states)
		for s := range rows {
			rows[s] = make([]float64, states)
		}
	}
	missing := o.Missing()
	for i := range p.X[0] {
		for d := range u {
			u[d] = p.X[d][i]
		}
		if p.Prev == nil {
			copy(probs, m.Chain.Initial)
		} else {
			if m.Transition != nil {
				for s, row := range m.Chain.Transition {
					copy(rows[s], row)
				}
				m.Transition(rows, o, u)
			}
			for s := range before {
				before[s] = p.Prev[drawn+s][i]
			}
			predictStates(probs, before, rows)
		}
		logp := 0.0
		if !missing {
			m.LogEmission(logs, o, u)
			var err error
			if logp, err = conditionStates(probs, logs); err != nil {
				return fmt.Errorf("models: particle %d: %w", p.First+i, err)
			}
		}
		for s, v := range probs {
			p.X[drawn+s][i] = v
		}
		p.X[drawn+states][i] = logp
	}
	return nil
}

// LogWeight implements smc.Model.
func (m *HiddenChain) LogWeight(dst []float64, _ *smc.Obs, p *smc.Particles) error {
	copy(dst, p.X[len(p.X)-1])
	return nil
}

// predictStates writes the law after a move.
func predictStates(dst, probs []float64, rows [][]float64) {
	clear(dst)
	for s, p := range probs {
		if p == 0 {
			continue
		}
		for r, v := range rows[s] {
			dst[r] += float64(p * v)
		}
	}
}

// conditionStates makes probs the law given what has the log density logs[s] in
// state s, and returns the log of the total. Where nothing is possible, probs
// stays.
func conditionStates(probs, logs []float64) (float64, error) {
	top := math.Inf(-1)
	for s, p := range probs {
		if p > 0 && !(logs[s] <= top) {
			top = logs[s]
		}
	}
	if math.IsInf(top, -1) {
		return top, nil
	}
	if !(top < math.Inf(1)) {
		return 0, fmt.Errorf("the log density of an observation is %v in a state: %w", top, smc.ErrWeight)
	}
	sum := 0.0
	for s, p := range probs {
		if p > 0 {
			probs[s] = float64(p * elem.Exp(logs[s]-top))
			sum += probs[s]
		}
	}
	for s := range probs {
		probs[s] /= sum
	}
	return top + elem.Log(sum), nil
}

// CollapsedRegimes returns the other Rao–Blackwellised model than Collapsed:
// its particles hold the state, and the probabilities of the regimes given the
// states and data so far. A regime is drawn only to draw the next state, and
// then summed over. The coordinates are the state, the probabilities and the
// log weight.
func (m *Switching) CollapsedRegimes() smc.Model { return regimesInside{m} }

type regimesInside struct{ *Switching }

// Dim implements smc.Model.
func (m regimesInside) Dim() int { return 2 + len(m.Regimes) }

// Init implements smc.Model: the first state has one law in all regimes.
func (m regimesInside) Init(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	src.FillNormal(p.X[0])
	for i, z := range p.X[0] {
		p.X[0][i] = m.M0 + float64(m.SD0*z)
	}
	return m.filter(o, p)
}

// Move implements smc.Model.
func (m regimesInside) Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	u := p.X[len(p.X)-1] // scratch until filter writes to it
	src.FillFloat64(u)
	src.FillNormal(p.X[0])
	law, before := make([]float64, len(m.Regimes)), make([]float64, len(m.Regimes))
	for i, z := range p.X[0] {
		for k := range before {
			before[k] = p.Prev[1+k][i]
		}
		predictStates(law, before, m.Chain.Transition)
		r := &m.Regimes[int(pickState(u[i], law))]
		p.X[0][i] = float64(r.A*p.Prev[0][i]) + r.B + float64(r.Q*z)
	}
	return m.filter(o, p)
}

// filter conditions the regimes on the states and on y.
func (m regimesInside) filter(o *smc.Obs, p *smc.Particles) error {
	y := o.Y[0]
	n := len(m.Regimes)
	before, probs, logs := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, x := range p.X[0] {
		copy(probs, m.Chain.Initial)
		if p.Prev != nil {
			for k := range before {
				before[k] = p.Prev[1+k][i]
			}
			predictStates(probs, before, m.Chain.Transition)
			for k := range logs {
				r := &m.Regimes[k]
				logs[k] = logNormal(x, float64(r.A*p.Prev[0][i])+r.B, r.Q*r.Q)
			}
			if _, err := conditionStates(probs, logs); err != nil {
				return err
			}
		}
		logp := 0.0
		if !math.IsNaN(y) {
			for k := range logs {
				r := &m.Regimes[k]
				logs[k] = logNormal(y, float64(r.C*x)+r.D, r.R*r.R)
			}
			var err error
			if logp, err = conditionStates(probs, logs); err != nil {
				return err
			}
		}
		for k, v := range probs {
			p.X[1+k][i] = v
		}
		p.X[1+n][i] = logp
	}
	return nil
}

// LogWeight implements smc.Model.
func (m regimesInside) LogWeight(dst []float64, _ *smc.Obs, p *smc.Particles) error {
	copy(dst, p.X[len(p.X)-1])
	return nil
}
