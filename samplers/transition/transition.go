// Package transition holds the meeting point of the samplers: what a log
// density is, what a Markov transition over it is, and which faults a
// transition may survive. Package samplers re-exports every name, so that users
// need not import this one; it exists so that kernels, adaptation, the chain
// runner and the conformance suite agree without importing one another.
package transition

import (
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// LogDensity is an unnormalised log density over the unconstrained vector q,
// with its gradient. One goroutine uses a value at a time.
type LogDensity interface {
	// Dim returns the length of q. It does not change.
	Dim() int
	// LogDensityGrad returns the log density (natural scale) at q and writes
	// its gradient to grad, both of length Dim. Neither slice is retained.
	//
	// A value of -Inf or NaN rejects the point; grad may then hold anything. An
	// error ends the chain, unless Recoverable(err): then only the tree
	// expansion that met it is lost.
	LogDensityGrad(grad, q []float64) (float64, error)
}

// FlopCounter is a LogDensity that tells how much work it is, for choices between
// more work in the sampler and more gradients.
type FlopCounter interface {
	// Flops returns the arithmetic operations of one LogDensityGrad, roughly; an
	// exponential counts as about 20. It depends on the model alone, not on
	// machine or load. 0 means unknown.
	Flops() float64
}

// State is what the next transition needs to know: a position and what the log
// density says there. It is plain data; CopyFrom makes an independent copy.
type State struct {
	Q          []float64 // position, [Dim]
	Grad       []float64 // gradient of the log density at Q, [Dim]
	LogDensity float64   // log density at Q, natural scale
}

// NewState returns a state of dimension dim at the origin, not yet evaluated.
func NewState(dim int) *State {
	return &State{Q: make([]float64, dim), Grad: make([]float64, dim)}
}

// CopyFrom overwrites s with src. It allocates only when the dimensions differ.
func (s *State) CopyFrom(src *State) {
	if len(s.Q) != len(src.Q) {
		*s = *NewState(len(src.Q))
	}
	copy(s.Q, src.Q)
	copy(s.Grad, src.Grad)
	s.LogDensity = src.LogDensity
}

// Finite reports whether a chain may stand here: the log density and every
// component of its gradient are finite.
func (s *State) Finite() bool {
	return finite(s.LogDensity) && s.NonFiniteGrad() < 0
}

// NonFiniteGrad returns the index of the first component of the gradient that
// is not finite, or -1 if there is none.
func (s *State) NonFiniteGrad() int {
	for i, g := range s.Grad {
		if !finite(g) {
			return i
		}
	}
	return -1
}

func finite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }

// Info is what observers of a transition (adaptation, statistics, reports) need
// and the next transition does not.
type Info struct {
	StepSize   float64 // integrator step size used
	AcceptStat float64 // mean over the trajectory of min(1, exp(-energy error)), in [0, 1]
	// SymmetricStat is the mean over the trajectory of 2 min(1, w) / (1 + w),
	// w = exp(-energy error): unlike AcceptStat it falls with errors of either
	// sign. Kernels without it set AcceptStat here.
	SymmetricStat float64
	Energy        float64 // Hamiltonian at the draw: -logDensity + kinetic energy
	Depth         int     // doublings of the trajectory that were accepted
	Leapfrogs     int     // evaluations of the gradient
	Saturated     bool    // the tree reached its largest depth
	Divergent     bool    // the trajectory left the region where the integrator is stable
	Recovered     bool    // a fault cost this transition a subtree; Divergent is set too
	Fault         error   // the fault, when Recovered
}

// Kernel is a Markov transition that leaves its target invariant. It holds
// parameters and scratch memory, and no memory of the chain: the next state
// depends on the state, the stream and the parameters alone.
type Kernel interface {
	// Init evaluates the log density at q and sets s. A point of zero density is
	// no error: see State.Finite. q is copied.
	Init(s *State, q []float64) error
	// Step draws the next state in place, from one that is Finite. On an error s
	// is as it was.
	Step(src *rng.Stream, s *State) (Info, error)
}
