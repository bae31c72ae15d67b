package samplers

import (
	"slices"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// attend does what is due between two draws: it ends the chain when the run
// ends, obeys the Control, and shows what was drawn. Nearly always nothing is.
func (c *chain) attend() error {
	beat := c.session.beat.Load()
	if beat == c.beat {
		return nil
	}
	c.beat = beat
	if c.session.ctx.Err() != nil {
		return errStopped
	}
	if c.options.Control != nil {
		if err := c.obey(c.options.Control); err != nil {
			return err
		}
	}
	if time.Since(c.shown) < flushInterval {
		return nil
	}
	return c.show()
}

// obey follows the orders of a Control, and stays as long as they say pause.
func (c *chain) obey(control *Control) error {
	for {
		orders := control.take(c.id)
		err := c.showOnOrder(&orders)
		for _, answer := range orders.questions {
			answer <- c.snapshot()
		}
		if err != nil || !orders.paused {
			return err
		}
		if err := c.wait(orders.changed); err != nil {
			return err
		}
	}
}

// showOnOrder sends the rows held back if the orders are to flush or to pause.
func (c *chain) showOnOrder(orders *orders) error {
	flush := orders.flushes != c.flushes
	c.flushes = orders.flushes
	if !flush && !orders.paused {
		return nil
	}
	if err := c.show(); err != nil || !flush {
		return err
	}
	return c.session.delivery.flush()
}

// wait waits for a change of orders, off the clock of the phase.
func (c *chain) wait(changed <-chan struct{}) error {
	c.lap()
	var err error
	select {
	case <-changed:
	case <-c.session.ctx.Done():
		err = errStopped
	}
	now := time.Now()
	c.paused += now.Sub(c.mark)
	c.mark = now
	return err
}

// show sends the rows held back, and progress.
func (c *chain) show() error {
	c.shown = time.Now()
	c.tell(false)
	return c.rows.flush()
}

// tell sends progress; an event that must arrive waits for the sink.
func (c *chain) tell(must bool) {
	phase := &c.now.tally.phases[c.now.phase]
	p := stream.Progress{
		Chain: c.id, Phase: c.now.phase, Done: c.now.done, Total: c.total(),
		Divergences: phase.Divergences, Recovered: c.now.tally.recovered, Leapfrogs: phase.Leapfrogs,
		Elapsed: time.Since(c.began),
	}
	if c.kernel != nil {
		p.StepSize = c.kernel.StepSize()
	}
	c.session.delivery.tell(p, must)
}

// lap charges the time since the last mark to the present phase.
func (c *chain) lap() {
	now := time.Now()
	c.elapsed[c.now.phase] += now.Sub(c.mark)
	c.mark = now
}

// snapshot returns the chain as it is.
func (c *chain) snapshot() Snapshot {
	s := Snapshot{Chain: c.id, Phase: c.now.phase, Done: c.now.done}
	if c.kernel != nil {
		s.StepSize = c.kernel.StepSize()
		s.InverseMetric, _ = metricVariances(c.kernel)
	}
	if c.now.state != nil {
		s.Position, s.LogDensity = c.position()
	}
	return s
}

// position returns where the chain stands in the model's coordinates, and the log
// density there. A map that fails leaves both as the sampler has them: its next
// draw will say what is wrong.
func (c *chain) position() ([]float64, float64) {
	state := c.now.state
	if c.mapping != nil && c.problem != nil {
		if jacobian, err := c.mapping.ToModel(c.written, state.Q); err == nil {
			return slices.Clone(c.written), state.LogDensity - jacobian
		}
	}
	return slices.Clone(state.Q), state.LogDensity
}
