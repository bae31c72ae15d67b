package smc

import (
	"github.com/quatre-ppl/quatre/rng"
)

// Target is a sequence of weighted laws over a cloud (a Feynman–Kac model, Del
// Moral 2004): step 0 starts the cloud, step t moves it, both weigh it. Blocks
// of a cloud come from several goroutines at once where Options.Workers says
// so; the methods then must not write to the target.
type Target interface {
	// Dim returns the number of coordinates of the state.
	Dim() int
	// Init draws p.X of step 0.
	Init(src *rng.Stream, p *Particles) error
	// Move draws p.X of step t ≥ 1 given p.Prev.
	Move(t int, src *rng.Stream, p *Particles) error
	// LogWeight writes the log of the weight that step t gives each particle,
	// from −Inf, to dst.
	LogWeight(dst []float64, t int, p *Particles) error
	// Done reports whether there is no step t.
	Done(t int) bool
}

// AuxiliaryTarget is a Target whose resampling looks ahead (Pitt and Shephard
// 1999).
type AuxiliaryTarget interface {
	Target
	// LogAuxiliary writes what Auxiliary.LogAuxiliary does, for p.Prev before
	// step t ≥ 1.
	LogAuxiliary(dst []float64, t int, p *Particles) error
}

// Bootstrap is the target of filtering data with a model; with a guided model
// it is the guided filter. Observations of a Series are numbered from 0.
func Bootstrap(m Model, data []Obs) Target { return &bootstrap{m, data} }

type bootstrap struct {
	model Model
	data  []Obs
}

func (b *bootstrap) Dim() int { return b.model.Dim() }

func (b *bootstrap) Init(src *rng.Stream, p *Particles) error {
	return b.model.Init(src, &b.data[0], p)
}

func (b *bootstrap) Move(t int, src *rng.Stream, p *Particles) error {
	return b.model.Move(src, &b.data[t], p)
}

func (b *bootstrap) LogWeight(dst []float64, t int, p *Particles) error {
	return b.model.LogWeight(dst, &b.data[t], p)
}

func (b *bootstrap) Done(t int) bool { return t >= len(b.data) }

// LookAhead is the target of the auxiliary particle filter. The model must
// have the method of Auxiliary.
func LookAhead(m interface {
	Model
	Auxiliary
}, data []Obs,
) Target {
	return &lookAhead{bootstrap{m, data}, m}
}

type lookAhead struct {
	bootstrap
	auxiliary Auxiliary
}

func (l *lookAhead) LogAuxiliary(dst []float64, t int, p *Particles) error {
	return l.auxiliary.LogAuxiliary(dst, &l.data[t], p)
}
