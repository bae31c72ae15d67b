package adapt

import (
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Scheme tunes a chain during warmup. Its methods are called in the order Start,
// Learn after each warmup draw, Finish. What it has learned is plain data, so
// that a chain can be set back to an earlier draw.
type Scheme interface {
	// Start is called at the first state. It sets a step size, and whatever else
	// can be told from one point.
	Start(s Subject, src *rng.Stream, state *transition.State) (Cost, error)
	// Learn takes the state and statistics of a warmup draw and sets what the next
	// draw is made with. A scheme that changes the coordinates writes state anew;
	// it stays at the same place in the model's coordinates. src is for
	// step-size searches.
	Learn(s Subject, src *rng.Stream, state *transition.State, info transition.Info) (Cost, error)
	// Settled reports that further warmup draws would teach nothing new.
	Settled() bool
	// Placing tells in which coordinates the latents of the map are sampled; it is
	// zero if the scheme leaves them as they are.
	Placing(m *Mapping) Placing
	// Finish sets the step size to be kept after warmup.
	Finish(k Tuned)
	// CopyFrom overwrites what the scheme has learned with what src has, a
	// scheme made with the same arguments.
	CopyFrom(src Scheme)
}

// Subject is what a scheme tunes.
type Subject struct {
	Kernel Tuned
	Target transition.LogDensity // that the kernel samples
	Map    *Mapping              // the coordinates' map; nil without one
}

// Tuned is what warmup needs of a kernel.
type Tuned interface {
	StepSize() float64
	// LongestStep is the longest step that makes sense; +Inf if there is none.
	LongestStep() float64
	// SetStepSize sets the step, which is positive and finite, or LongestStep in
	// place of a longer one.
	SetStepSize(step float64)
	// SetInverseMetric sets the metric, in the layout of the kernel's metric.
	// values is copied.
	SetInverseMetric(values []float64) error
	// TryStep makes one step from state with a momentum drawn from src and
	// returns the drop of the energy. fault is a fault that the kernel's
	// transition would survive; the drop is then -Inf.
	TryStep(src *rng.Stream, state *transition.State, step float64) (energyDrop float64, fault, err error)
}

// Cost is what tuning spent besides the draws themselves.
type Cost struct {
	Leapfrogs int   // gradient evaluations: step-size searches, changes of coordinates
	Recovered int   // of these, lost to faults that were survived
	Fault     error // the first such fault
}

// add adds what a later part spent.
func (c *Cost) add(o Cost) {
	c.Leapfrogs += o.Leapfrogs
	c.Recovered += o.Recovered
	if c.Fault == nil {
		c.Fault = o.Fault
	}
}
