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

// Regime is the laws of a state and its observation while a regime lasts:
//
//	x[t] ~ Normal(A x[t−1] + B, q),  y[t] ~ Normal(C x[t] + D, r)
//
// with standard deviations q and r above 0.
type Regime struct {
	A, B, Q, C, D, R float64
}

// Switching is a linear Gaussian state of one coordinate whose regime is a
// Markov chain; the first state is Normal(M0, SD0). NewSwitching checks it.
//
// As a smc.Model its particles hold the regime and the state. Collapsed is the
// Rao–Blackwellised model: its particles hold the regime and the mean and
// variance of the state given the regimes so far, which a Kalman filter keeps
// exactly, so only regimes are drawn (Chen and Liu 2000).
type Switching struct {
	Chain   hmm.Model
	Regimes []Regime
	M0, SD0 float64
}

// NewSwitching returns the model, or what is wrong with it.
func NewSwitching(s Switching) (*Switching, error) {
	if err := s.Chain.Validate(); err != nil {
		return nil, err
	}
	if len(s.Regimes) != len(s.Chain.Initial) {
		return nil, fmt.Errorf("models: %d regimes for a chain of %d states", len(s.Regimes), len(s.Chain.Initial))
	}
	for k, r := range s.Regimes {
		if !(r.Q > 0 && r.R > 0) {
			return nil, fmt.Errorf("models: regime %d has standard deviations %v and %v, want them above 0", k+1, r.Q, r.R)
		}
	}
	if !(s.SD0 >= 0) {
		return nil, errors.New("models: the first state has a negative standard deviation")
	}
	return &s, nil
}

// Dim implements smc.Model: the regime, counted from 0, and the state.
func (m *Switching) Dim() int { return 2 }

// Init implements smc.Model.
func (m *Switching) Init(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	m.regimes(src, p.X[0], nil)
	src.FillNormal(p.X[1])
	for i, z := range p.X[1] {
		p.X[1][i] = m.M0 + float64(m.SD0*z)
	}
	return nil
}

// regimes draws the next regimes.
func (m *Switching) regimes(src *rng.Stream, x, prev []float64) {
	src.FillFloat64(x)
	law := m.Chain.Initial
	for i, u := range x {
		if prev != nil {
			law = m.Chain.Transition[int(prev[i])]
		}
		x[i] = pickState(u, law)
	}
}

// Move implements smc.Model.
func (m *Switching) Move(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	m.regimes(src, p.X[0], p.Prev[0])
	src.FillNormal(p.X[1])
	for i, z := range p.X[1] {
		r := &m.Regimes[int(p.X[0][i])]
		p.X[1][i] = float64(r.A*p.Prev[1][i]) + r.B + float64(r.Q*z)
	}
	return nil
}

// LogWeight implements smc.Model.
func (m *Switching) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	y := o.Y[0]
	if math.IsNaN(y) {
		clear(dst)
		return nil
	}
	for i, x := range p.X[1] {
		r := &m.Regimes[int(p.X[0][i])]
		dst[i] = logNormal(y, float64(r.C*x)+r.D, r.R*r.R)
	}
	return nil
}

// logNormal is the log density of y under a normal with mean and variance.
func logNormal(y, mean, variance float64) float64 {
	gap := y - mean
	return -float64(0.5*(gap*gap/variance+elem.Log(variance))) - halfLog2Pi
}

// LogTransition implements smc.Transition.
func (m *Switching) LogTransition(dst []float64, _ *smc.Obs, prev, next [][]float64) error {
	for i := range dst {
		k := int(next[0][i])
		r := &m.Regimes[k]
		dst[i] = elem.Log(m.Chain.Transition[int(prev[0][i])][k]) + logNormal(next[1][i], float64(r.A*prev[1][i])+r.B, r.Q*r.Q)
	}
	return nil
}

// Collapsed returns the Rao–Blackwellised model, whose coordinates are regime,
// mean and variance of the state given the data so far.
func (m *Switching) Collapsed() smc.Model { return collapsed{m} }

type collapsed struct{ *Switching }

// Dim implements smc.Model.
func (m collapsed) Dim() int { return 3 }

// Init implements smc.Model: moments before the observation, which LogWeight
// takes in.
func (m collapsed) Init(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	m.regimes(src, p.X[0], nil)
	for i := range p.X[1] {
		p.X[1][i], p.X[2][i] = m.M0, m.SD0*m.SD0
	}
	m.condition(o.Y[0], p)
	return nil
}

// Move implements smc.Model.
func (m collapsed) Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	m.regimes(src, p.X[0], p.Prev[0])
	for i, k := range p.X[0] {
		r := &m.Regimes[int(k)]
		p.X[1][i] = float64(r.A*p.Prev[1][i]) + r.B
		p.X[2][i] = float64(r.A*r.A*p.Prev[2][i]) + float64(r.Q*r.Q)
	}
	m.condition(o.Y[0], p)
	return nil
}

// condition updates the moments by y.
func (m collapsed) condition(y float64, p *smc.Particles) {
	if math.IsNaN(y) {
		return
	}
	for i, k := range p.X[0] {
		r := &m.Regimes[int(k)]
		mean, variance := p.X[1][i], p.X[2][i]
		spread := float64(r.C*r.C*variance) + float64(r.R*r.R)
		gain := r.C * variance / spread
		p.X[1][i] = mean + float64(gain*(y-float64(r.C*mean)-r.D))
		p.X[2][i] = variance * r.R * r.R / spread
	}
}

// LogWeight implements smc.Model: the density of y given the regimes, from the
// moments before it.
func (m collapsed) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	y := o.Y[0]
	if math.IsNaN(y) {
		clear(dst)
		return nil
	}
	for i, k := range p.X[0] {
		r := &m.Regimes[int(k)]
		mean, variance := m.M0, m.SD0*m.SD0
		if p.Prev != nil {
			mean = float64(r.A*p.Prev[1][i]) + r.B
			variance = float64(r.A*r.A*p.Prev[2][i]) + float64(r.Q*r.Q)
		}
		dst[i] = logNormal(y, float64(r.C*mean)+r.D, float64(r.C*r.C*variance)+float64(r.R*r.R))
	}
	return nil
}
