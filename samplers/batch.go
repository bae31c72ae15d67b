package samplers

import (
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/stream"
)

// Where the target makes transitions by itself, a chain asks for many at once
// after warmup, and has their quantities computed together: what a draw costs
// beside its leapfrogs is then shared by all of them. A batch ends before the next
// checkpoint, and soon enough for the chain to look around; its draws are those
// of single transitions.

// Bounds of a batch: draws, and numbers of their positions.
const (
	batchDraws   = maxFrameRows
	batchNumbers = 1 << 16
)

// batch is the memory for the draws of one batch.
type batch struct {
	infos                           []Info
	logDensity, jacobian, positions []float64 // [draws], [draws], [draws × Dim]
	places                          []uint64  // of each draw's random numbers
}

func newBatch(dim int) *batch {
	n := min(batchDraws, max(1, batchNumbers/dim))
	return &batch{
		infos: make([]Info, n), logDensity: make([]float64, n), jacobian: make([]float64, n),
		positions: make([]float64, n*dim), places: make([]uint64, n),
	}
}

// drawsDrawer is a ChainProblem that makes the quantities of several draws at once.
type drawsDrawer interface {
	// DrawAll is Draw at the positions in q, [draws × Dim]. The random numbers of
	// draw i begin at place i of src. In a problem with mapped coordinates it also
	// writes log |dq/dz| at each of them, q the model's coordinates and z the
	// sampler's, and zeros in others.
	DrawAll(dst, logJacobian, q []float64, src *rng.Stream, places []uint64) error
}

// iterateMany makes a batch of transitions and sends their draws. It reports false
// if the kernel makes one at a time.
func (c *chain) iterateMany() (bool, error) {
	if _, ok := c.problem.(transition.Mover); !ok {
		return false, nil
	}
	now := &c.now
	if c.batch == nil {
		c.batch = newBatch(c.problem.Dim())
	}
	b := c.batch
	most := min(len(b.infos), c.options.Draws-now.done, checkpointEvery-now.done%checkpointEvery)
	made, err := c.kernel.Steps(&now.transitions, now.state, b.infos[:most], b.logDensity, b.positions)
	if made == 0 || err != nil {
		return false, err
	}
	c.faults = 0
	for i := range made {
		now.tally.add(now.phase, &b.infos[i])
	}
	if err := c.sendBatch(made); err != nil {
		return true, err
	}
	now.done += made
	if now.done%checkpointEvery == 0 {
		c.save()
	}
	return true, nil
}

// sendBatch sends the draws of the batch, all at once if all of them are wanted and
// the problem can, otherwise one by one.
func (c *chain) sendBatch(made int) error {
	b, first, dim := c.batch, c.now.done, c.problem.Dim()
	d, ok := c.problem.(drawsDrawer)
	if !ok || c.options.Thin != 1 || c.rows.has(stream.Sampling, first) {
		for i := range made {
			if err := c.send(first+i, b.positions[i*dim:(i+1)*dim], b.logDensity[i], &b.infos[i]); err != nil {
				return err
			}
		}
		return nil
	}
	src := c.generated[stream.Sampling]
	for from := 0; from < made; {
		to := from + min(made-from, c.rows.room())
		for i := from; i < to; i++ {
			b.places[i] = placeOf(first + i)
		}
		err := d.DrawAll(c.rows.slots(to-from), b.jacobian[from:to], b.positions[from*dim:to*dim], src, b.places[from:to])
		if err != nil {
			return fmt.Errorf("the quantities of the draws: %w", err)
		}
		for ; from < to; from++ {
			if err := c.rows.commit(stream.Sampling, b.logDensity[from]-b.jacobian[from], &b.infos[from]); err != nil {
				return err
			}
		}
	}
	return nil
}
