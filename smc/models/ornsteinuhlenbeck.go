package models

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// OrnsteinUhlenbeck is a diffusion that returns to Mean, seen with noise at any
// times (Uhlenbeck and Ornstein 1930):
//
//	dx = Rate (Mean − x) dt + Sigma dW,  y ~ Normal(x, Noise)
//
// with Rate, Sigma and Noise above 0; the first state is in equilibrium. Moves
// are exact for any time between observations (Obs.Elapsed).
type OrnsteinUhlenbeck struct {
	Mean, Rate, Sigma, Noise float64
}

// Dim implements smc.Model.
func (m *OrnsteinUhlenbeck) Dim() int { return 1 }

// Init implements smc.Model.
func (m *OrnsteinUhlenbeck) Init(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	src.FillNormal(p.X[0])
	sd := m.Sigma / math.Sqrt(2*m.Rate)
	for i, z := range p.X[0] {
		p.X[0][i] = m.Mean + float64(sd*z)
	}
	return nil
}

// law returns how much of the distance from the mean remains after a time, and
// the standard deviation of the move.
func (m *OrnsteinUhlenbeck) law(elapsed float64) (remains, sd float64) {
	remains = elem.Exp(-m.Rate * elapsed)
	return remains, m.Sigma * math.Sqrt(-elem.Expm1(-2*m.Rate*elapsed)/(2*m.Rate))
}

// Move implements smc.Model.
func (m *OrnsteinUhlenbeck) Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	if !(o.Elapsed > 0) {
		return errElapsed
	}
	src.FillNormal(p.X[0])
	remains, sd := m.law(o.Elapsed)
	for i, z := range p.X[0] {
		p.X[0][i] = m.Mean + float64(remains*(p.Prev[0][i]-m.Mean)) + float64(sd*z)
	}
	return nil
}

// LogWeight implements smc.Model.
func (m *OrnsteinUhlenbeck) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	y := o.Y[0]
	if math.IsNaN(y) {
		clear(dst)
		return nil
	}
	for i, x := range p.X[0] {
		dst[i] = logNormal(y, x, m.Noise*m.Noise)
	}
	return nil
}

// LogInit implements smc.Start.
func (m *OrnsteinUhlenbeck) LogInit(dst []float64, _ *smc.Obs, x [][]float64) error {
	for i := range dst {
		dst[i] = logNormal(x[0][i], m.Mean, m.Sigma*m.Sigma/(2*m.Rate))
	}
	return nil
}

// LogTransition implements smc.Transition.
func (m *OrnsteinUhlenbeck) LogTransition(dst []float64, o *smc.Obs, prev, next [][]float64) error {
	remains, sd := m.law(o.Elapsed)
	for i := range dst {
		dst[i] = logNormal(next[0][i], m.Mean+float64(remains*(prev[0][i]-m.Mean)), sd*sd)
	}
	return nil
}

// Emit implements smc.Emitter.
func (m *OrnsteinUhlenbeck) Emit(dst []float64, _ int, src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	src.FillNormal(dst)
	for i, z := range dst {
		dst[i] = p.X[0][i] + float64(m.Noise*z)
	}
	return nil
}
