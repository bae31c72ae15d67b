package models

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/elem/vec"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// halfLog2Pi is log(2π)/2.
const halfLog2Pi = 0.91893853320467274178

// StochasticVolatility is a log variance that wanders around Mu (Taylor 1982):
//
//	x[1] ~ Normal(Mu, Sigma/√(1 − Phi²)),  x[t] ~ Normal(Mu + Phi (x[t−1] − Mu), Sigma)
//	y[t] ~ Normal(0, exp(x[t]/2))
//
// with |Phi| < 1 and Sigma > 0. The state has one coordinate, x.
type StochasticVolatility struct {
	Mu, Phi, Sigma float64
}

// Dim implements smc.Model.
func (m *StochasticVolatility) Dim() int { return 1 }

// Init implements smc.Model.
func (m *StochasticVolatility) Init(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	x, sd := p.X[0], m.Sigma/math.Sqrt(1-float64(m.Phi*m.Phi))
	src.FillNormal(x)
	for i, z := range x {
		x[i] = m.Mu + float64(sd*z)
	}
	return nil
}

// Move implements smc.Model.
func (m *StochasticVolatility) Move(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	x, prev := p.X[0], p.Prev[0]
	src.FillNormal(x)
	constant := m.Mu - float64(m.Phi*m.Mu)
	for i, z := range x {
		x[i] = constant + float64(m.Phi*prev[i]) + float64(m.Sigma*z)
	}
	return nil
}

// LogWeight implements smc.Model.
func (m *StochasticVolatility) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	y := o.Y[0]
	if math.IsNaN(y) {
		clear(dst)
		return nil
	}
	x := p.X[0]
	for i, v := range x {
		dst[i] = -v
	}
	vec.Exp(dst, dst)
	square := y * y
	for i, e := range dst {
		dst[i] = float64(-0.5*(x[i]+float64(square*e))) - halfLog2Pi
	}
	return nil
}

// LogTransition implements smc.Transition.
func (m *StochasticVolatility) LogTransition(dst []float64, _ *smc.Obs, prev, next [][]float64) error {
	constant, scale := m.Mu-float64(m.Phi*m.Mu), 1/m.Sigma
	norm := halfLog2Pi + elem.Log(m.Sigma)
	for i := range dst {
		z := (next[0][i] - (constant + float64(m.Phi*prev[0][i]))) * scale
		dst[i] = float64(-0.5*(z*z)) - norm
	}
	return nil
}

// LogInit implements smc.Start.
func (m *StochasticVolatility) LogInit(dst []float64, _ *smc.Obs, x [][]float64) error {
	sd := m.Sigma / math.Sqrt(1-float64(m.Phi*m.Phi))
	norm := halfLog2Pi + elem.Log(sd)
	for i := range dst {
		z := (x[0][i] - m.Mu) / sd
		dst[i] = float64(-0.5*(z*z)) - norm
	}
	return nil
}

// LogAuxiliary implements smc.Auxiliary: the density of the observation at the
// mean of the next state.
func (m *StochasticVolatility) LogAuxiliary(dst []float64, o *smc.Obs, p *smc.Particles) error {
	y := o.Y[0]
	if math.IsNaN(y) {
		clear(dst)
		return nil
	}
	for i, v := range p.Prev[0] {
		mean := m.Mu + float64(m.Phi*(v-m.Mu))
		// Half the log density keeps the tail heavier than that of the
		// weights it replaces.
		dst[i] = -0.25 * (mean + float64(y*y*elem.Exp(-mean)))
	}
	return nil
}

// Emit implements smc.Emitter.
func (m *StochasticVolatility) Emit(dst []float64, _ int, src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	src.FillNormal(dst)
	for i, x := range p.X[0] {
		dst[i] *= elem.Exp(x / 2)
	}
	return nil
}

// Uniforms implements smc.Inverse.
func (m *StochasticVolatility) Uniforms() int { return 1 }

// InitFrom implements smc.Inverse.
func (m *StochasticVolatility) InitFrom(u [][]float64, _ *smc.Obs, p *smc.Particles) error {
	sd := m.Sigma / math.Sqrt(1-float64(m.Phi*m.Phi))
	for i, v := range u[0] {
		p.X[0][i] = m.Mu + float64(sd*elem.NormQuantile(v))
	}
	return nil
}

// MoveFrom implements smc.Inverse.
func (m *StochasticVolatility) MoveFrom(u [][]float64, _ *smc.Obs, p *smc.Particles) error {
	constant := m.Mu - float64(m.Phi*m.Mu)
	for i, v := range u[0] {
		p.X[0][i] = constant + float64(m.Phi*p.Prev[0][i]) + float64(m.Sigma*elem.NormQuantile(v))
	}
	return nil
}

// LogTransitionBound implements smooth.Bounded.
func (m *StochasticVolatility) LogTransitionBound(*smc.Obs) float64 {
	return -elem.Log(m.Sigma) - halfLog2Pi
}
