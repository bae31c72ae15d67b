package samplers

import (
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/adapt"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/stream"
)

// checkpointEvery is the number of iterations between two checkpoints. A
// checkpoint copies a few vectors, and in warmup with a dense metric two
// matrices, so at this distance it costs nothing beside the draws.
const checkpointEvery = 100

// course is where a chain is: all that its further draws depend on, besides the
// problem. Streams are values, so a copy keeps their places.
type course struct {
	state  *State
	tuning adapt.Scheme // nil without warmup
	phase  stream.Phase
	done   int // iterations of the phase

	transitions rng.Stream // momenta and trees
	search      rng.Stream // step-size searches

	tally tally

	// The kernel's parameters and the map's, set by save only.
	stepSize      float64
	inverseMetric []float64
	constants     []transition.MapConstants // of the coordinates' map; nil without one
}

// save makes the present course the one that a restart begins with. It also
// follows each recovered fault, so that a restart does not cross it again: the
// fault may have passed, and then the draws after it would differ from those
// already sent.
func (c *chain) save() {
	c.saved.copyFrom(&c.now)
	c.saved.stepSize = c.kernel.StepSize()
	c.saved.inverseMetric = append(c.saved.inverseMetric[:0], c.kernel.InverseMetric()...)
	if c.mapping != nil {
		c.saved.constants = append(c.saved.constants[:0], c.mapping.Constants()...)
	}
}

// restore sets the chain, whose problem and kernel are new, back to the saved
// course.
func (c *chain) restore() error {
	c.now.copyFrom(&c.saved)
	c.faults = 0
	c.kernel.SetStepSize(c.saved.stepSize)
	if c.mapping != nil {
		if err := c.mapping.Set(c.saved.constants); err != nil {
			return err
		}
	}
	return c.kernel.SetInverseMetric(c.saved.inverseMetric)
}

// copyFrom copies all but the kernel's parameters. What warmup has learned is
// left out once warmup is over.
func (a *course) copyFrom(b *course) {
	a.state.CopyFrom(b.state)
	if b.tuning != nil && b.phase == stream.Warmup {
		a.tuning.CopyFrom(b.tuning)
	}
	a.phase, a.done = b.phase, b.done
	a.transitions, a.search = b.transitions, b.search
	a.tally = b.tally
}
