// Package samplers runs Markov chains over a log density and sends their draws
// to a sink.
//
// Run is the chain runner: it opens one ChainProblem per chain, finds a starting
// point, warms the chain up, draws, and hands the draws on in frames. The
// transition kernels and the tuning of warmup are subpackages that know nothing
// of it: nuts and adapt. A kernel is anything with the interface Kernel; package
// samplertest checks that it leaves its target invariant.
//
// Draws depend on the key, the problem and the options that shape a chain, and
// on nothing else: not on how many chains run, how many at once, how often
// frames are sent, or whether a chain was restarted after a fault.
package samplers

import (
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/adapt"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/stream"
)

// The interfaces between densities, kernels and their users; package transition
// defines them.
type (
	// LogDensity is an unnormalised log density with its gradient.
	LogDensity = transition.LogDensity
	// Kernel is a Markov transition that leaves its target invariant.
	Kernel = transition.Kernel
	// State is what the next transition needs to know.
	State = transition.State
	// Info is what observers of a transition need.
	Info = transition.Info
	// PanicError is a panic that was caught and turned into an error.
	PanicError = transition.PanicError
)

// Placing counts the coordinates in which the latents of a model were sampled.
type Placing = adapt.Placing

// NewState returns a state of dimension dim at the origin, not yet evaluated.
func NewState(dim int) *State { return transition.NewState(dim) }

// Recoverable reports whether err, or an error it wraps, is a fault of the
// machinery, which it says by a method Recoverable() bool that returns true. A
// log density that returns such an error loses one tree expansion, which is
// counted; with any other error the chain ends.
func Recoverable(err error) bool { return transition.Recoverable(err) }

// Errors of a chain that cannot begin or go on; a ChainReport's Err wraps them.
var (
	// ErrImproper says that the posterior seems to have no finite mass.
	ErrImproper = adapt.ErrImproper
	// ErrNoStepSize says that the integrator is unstable at any step size.
	ErrNoStepSize = adapt.ErrNoStepSize
)

// Problem is a posterior as the chain runner needs it.
type Problem interface {
	// Schema describes a draw: Values only, the runner adds the statistics. It
	// must not change.
	Schema() *stream.Schema
	// Chain opens the problem for a chain, counted from 0. It may be called from
	// several goroutines at once, and again for the same chain after a fault.
	// The runner closes what it returns.
	Chain(chain int) (ChainProblem, error)
}

// ChainProblem is a Problem in the hands of one chain; one goroutine uses it.
type ChainProblem interface {
	LogDensity
	// Draw writes what is reported at the position q to dst, of the schema's
	// Width: constrained values, deterministic sites and generated quantities.
	// q is in the coordinates of LogDensityGrad, also if the problem is
	// transition.Mapped. Random numbers come from src alone. An error ends the
	// chain.
	Draw(dst, q []float64, src *rng.Stream) error
	// Explain names the site whose density is not finite at q, for an error
	// message; "" if there is none.
	Explain(q []float64) string
	// Close releases what the chain holds.
	Close() error
}
