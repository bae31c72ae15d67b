package smc

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// Obs is what is known at one observation time.
type Obs struct {
	// Index is the number of the observation, from 0.
	Index int
	// Time is when it was made; Elapsed is the time since the one before. At
	// index 0 Elapsed is the time since the start of the process, for models
	// that have one.
	Time, Elapsed float64
	// Y is what was seen; NaN is a missing number.
	Y []float64
	// Covariates are known numbers that the model's step may use.
	Covariates []float64
}

// Missing reports whether all of Y is missing.
func (o *Obs) Missing() bool {
	for _, y := range o.Y {
		if !math.IsNaN(y) {
			return false
		}
	}
	return true
}

// Series makes observations of one number each at times 1, 2, 3, ….
func Series(y []float64) []Obs {
	obs := make([]Obs, len(y))
	for i := range y {
		obs[i] = Obs{Index: i, Time: float64(i + 1), Elapsed: 1, Y: y[i : i+1 : i+1]}
	}
	return obs
}

// Rows makes observations of several numbers each at times 1, 2, 3, ….
func Rows(y [][]float64) []Obs {
	obs := make([]Obs, len(y))
	for i := range y {
		obs[i] = Obs{Index: i, Time: float64(i + 1), Elapsed: 1, Y: y[i]}
	}
	return obs
}

// At sets the times of the observations, which must increase, and Elapsed;
// start is when the process starts.
func At(obs []Obs, start float64, times []float64) ([]Obs, error) {
	if len(times) != len(obs) {
		return nil, fmt.Errorf("smc: %d times for %d observations: give one for each", len(times), len(obs))
	}
	before := start
	for i, t := range times {
		if !(t >= before) || i > 0 && t == before || math.IsInf(t, 0) {
			return nil, fmt.Errorf("smc: observation %d is at time %v after %v: times must be finite and increase", i+1, t, before)
		}
		obs[i].Time, obs[i].Elapsed = t, t-before
		before = t
	}
	return obs, nil
}

// Model is a state-space model: a hidden state that moves from one observation
// to the next, and what is seen of it. Its methods work on whole clouds; a
// model may be called for several blocks at once, so they must not write to
// the model. Whether they look at o.Y in Init and Move decides what filter it
// is: a bootstrap model does not, a guided model does and corrects for it in
// LogWeight.
type Model interface {
	// Dim returns the number of coordinates of the state.
	Dim() int
	// Init draws the states at the first observation into p.X.
	Init(src *rng.Stream, o *Obs, p *Particles) error
	// Move draws p.X, the states at o, given p.Prev, those at the observation
	// before.
	Move(src *rng.Stream, o *Obs, p *Particles) error
	// LogWeight writes log p(o.Y | x) for each x of p.X to dst; for a guided
	// model it adds log p(x | prev) − log q(x | prev, o.Y). It is −Inf where
	// the state is impossible, and 0 where everything is missing.
	LogWeight(dst []float64, o *Obs, p *Particles) error
}

// Transition is a Model that knows the density of its moves, as smoothing,
// ancestor sampling and guided filters ask for.
type Transition interface {
	Model
	// LogTransition writes log p(next[·][i] | prev[·][i]) of the move to o to
	// dst[i], for slices of equal length.
	LogTransition(dst []float64, o *Obs, prev, next [][]float64) error
}

// Start is a Model that knows the density of its first state, as the moves of
// parameters given a path ask for.
type Start interface {
	Transition
	// LogInit writes the log density of the first state at o for each x to dst.
	LogInit(dst []float64, o *Obs, x [][]float64) error
}

// Auxiliary is a Model that can tell before a move which particles the next
// observation will favour.
type Auxiliary interface {
	// LogAuxiliary writes the log of a positive number, about p(o.Y | x) at
	// the observation before o for each x of p.Prev, to dst. It steers
	// resampling and is corrected for; it changes no expectation of the
	// evidence.
	LogAuxiliary(dst []float64, o *Obs, p *Particles) error
}

// Proposal is a move that looks at the observation.
type Proposal interface {
	// ProposeInit draws p.X at the first observation.
	ProposeInit(src *rng.Stream, o *Obs, p *Particles) error
	// Propose draws p.X given p.Prev and o.Y.
	Propose(src *rng.Stream, o *Obs, p *Particles) error
	// LogProposal writes log p(o.Y | x) + log p(x | prev) − log q(x | prev,
	// o.Y), with the law of the first state where p.Prev is nil.
	LogProposal(dst []float64, o *Obs, p *Particles) error
}

// Guided is the model m with its moves by proposal: the same law of the data,
// another filter.
func Guided(m Model, proposal Proposal) Model { return guided{m, proposal} }

type guided struct {
	Model
	proposal Proposal
}

func (g guided) Init(src *rng.Stream, o *Obs, p *Particles) error {
	return g.proposal.ProposeInit(src, o, p)
}

func (g guided) Move(src *rng.Stream, o *Obs, p *Particles) error {
	return g.proposal.Propose(src, o, p)
}

func (g guided) LogWeight(dst []float64, o *Obs, p *Particles) error {
	return g.proposal.LogProposal(dst, o, p)
}

// Inverse is a Model whose moves are functions of uniform numbers, as filters
// with points that fill space ask for. Each function should be monotone in its
// numbers where it can.
type Inverse interface {
	Model
	// Uniforms returns how many uniform numbers a move needs.
	Uniforms() int
	// InitFrom writes the states at the first observation to p.X, from
	// u[Uniforms][n] in (0, 1).
	InitFrom(u [][]float64, o *Obs, p *Particles) error
	// MoveFrom writes p.X given p.Prev.
	MoveFrom(u [][]float64, o *Obs, p *Particles) error
}

// Shifter is a Model whose states can be moved a little, as smc2 does where it
// starts a filter at one parameter from the states that the filter of another
// one found.
type Shifter interface {
	Model
	// Shift moves each state of x, in place, by about delta[Dim], to one that
	// the model can be in: counts stay whole and at least 0.
	Shift(src *rng.Stream, x [][]float64, delta []float64)
}

// As returns m as what has the methods of T, where it does; for a guided model
// where the model that is guided does.
func As[T Model](m Model) (T, bool) {
	if t, ok := m.(T); ok {
		return t, true
	}
	if g, ok := m.(guided); ok {
		return As[T](g.Model)
	}
	var none T
	return none, false
}

// Emitter is a Model that can draw observations, as forecasts need.
type Emitter interface {
	Model
	// Emit draws number k of an observation o for each state of p.X into dst.
	Emit(dst []float64, k int, src *rng.Stream, o *Obs, p *Particles) error
}
