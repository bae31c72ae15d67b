// Package adapt tunes a kernel during warmup, in the way Stan does: step size
// by dual averaging, inverse metric by the variances or covariances of draws
// from windows of growing length, with a search for a step size at the start
// and whenever the metric has changed.
//
// The kernel knows nothing of it: a Windowed sees positions and acceptance
// statistics, and sets step size and metric through the interface Tuned. What a
// Windowed has learned is plain data that CopyFrom copies, so a chain can be set
// back to an earlier draw.
//
// Sources: Hoffman & Gelman (2014), "The No-U-Turn Sampler", sections 3.2 and
// algorithm 4 to 6; Stan Reference Manual, chapter "MCMC Sampling", section "HMC
// algorithm parameters".
package adapt

import (
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Tuned is what warmup needs of a kernel.
type Tuned interface {
	StepSize() float64
	// SetStepSize sets the step, which is positive and finite.
	SetStepSize(step float64)
	// SetInverseMetric sets the metric: Dim variances or Dim² covariances,
	// column-major. values is copied.
	SetInverseMetric(values []float64) error
	// TryStep makes one step from state with a momentum drawn from src and
	// returns the drop of the energy. fault is a fault that the kernel's
	// transition would survive; the drop is then -Inf.
	TryStep(src *rng.Stream, state *transition.State, step float64) (energyDrop float64, fault, err error)
}

// Cost is what tuning spent besides the draws themselves.
type Cost struct {
	Leapfrogs int   // gradient evaluations of step-size searches
	Recovered int   // of these, lost to faults that were survived
	Fault     error // the first such fault
}
