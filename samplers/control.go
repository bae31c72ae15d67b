package samplers

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/quatre-ppl/quatre/stream"
)

// Control steers a run from other goroutines: give it to Options.Control, then
// call its methods at any time. Chains obey between two draws. A Control serves
// one run.
type Control struct {
	mu       sync.Mutex
	attached bool
	chains   int // of the run, once attached
	paused   bool
	aborted  bool
	flushes  int           // requests so far
	changed  chan struct{} // closed and replaced with every change
	wake     func()        // makes the chains look here
	abort    func()        // ends the run

	questions map[int][]chan Snapshot // open inspections by chain
	last      map[int]Snapshot        // of the chains that have ended
}

// Snapshot is a chain between two draws. Its slices are copies.
type Snapshot struct {
	Chain         int          // counted from 0
	Phase         stream.Phase // the phase that the chain is in
	Done          int          // iterations of this phase
	StepSize      float64      // integrator step size at present
	InverseMetric []float64    // [Dim], or [Dim × Dim] column-major; nil before the start
	Position      []float64    // unconstrained, [Dim]; nil before the start
	LogDensity    float64      // at Position
	Ended         bool         // the chain draws no more
}

// NewControl returns a Control for one run.
func NewControl() *Control {
	return &Control{changed: make(chan struct{}), questions: map[int][]chan Snapshot{}, last: map[int]Snapshot{}}
}

// Pause holds every chain after its present draw, until Resume. Draws made so
// far are sent to the sink first.
func (c *Control) Pause() { c.command(func() { c.paused = true }) }

// Resume ends a Pause.
func (c *Control) Resume() { c.command(func() { c.paused = false }) }

// Flush asks every chain to send the rows it holds back, and the sink to pass on
// what it buffers if it is a stream.Flusher. It does not wait for that.
func (c *Control) Flush() { c.command(func() { c.flushes++ }) }

// Abort ends the run: each chain finishes its present draw, everything drawn is
// delivered, and Run returns with Report.Interrupted set. Paused chains end too.
func (c *Control) Abort() {
	c.command(func() {
		c.aborted = true
		if c.abort != nil {
			c.abort()
		}
	})
}

// Inspect returns a snapshot of a chain, counted from 0, as soon as its present
// draw is done; of a chain that has ended, as it ended. It waits for a run that
// has not begun, and for a chain whose turn has not come.
func (c *Control) Inspect(ctx context.Context, chain int) (Snapshot, error) {
	if err := c.waitAttached(ctx); err != nil {
		return Snapshot{}, err
	}
	answer := make(chan Snapshot, 1)
	if err := c.ask(chain, answer); err != nil {
		return Snapshot{}, err
	}
	select {
	case s := <-answer:
		return s, nil
	case <-ctx.Done():
		return Snapshot{}, ctx.Err()
	}
}

func (c *Control) waitAttached(ctx context.Context) error {
	for {
		c.mu.Lock()
		attached, changed := c.attached, c.changed
		c.mu.Unlock()
		if attached {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ask leaves a question for the chain, or answers it if the chain has ended.
func (c *Control) ask(chain int, answer chan Snapshot) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if chain < 0 || chain >= c.chains {
		return fmt.Errorf("samplers: no chain %d: the run has chains 0 to %d", chain, c.chains-1)
	}
	if s, ended := c.last[chain]; ended {
		answer <- s
		return nil
	}
	c.questions[chain] = append(c.questions[chain], answer)
	c.announce()
	return nil
}

// command makes a change and tells the chains.
func (c *Control) command(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
	c.announce()
}

// announce wakes whoever waits for a change. c.mu is held.
func (c *Control) announce() {
	close(c.changed)
	c.changed = make(chan struct{})
	if c.wake != nil {
		c.wake()
	}
}

// attach binds the control to a run. wake and abort must not block.
func (c *Control) attach(chains int, wake, abort func()) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.attached {
		return errors.New("samplers: this Control has served a run already: make one for each run")
	}
	c.attached, c.chains, c.wake, c.abort = true, chains, wake, abort
	if c.aborted {
		abort()
	}
	c.announce()
	return nil
}

// orders is what a chain finds when it looks at its Control.
type orders struct {
	paused    bool
	flushes   int
	changed   <-chan struct{}
	questions []chan Snapshot // to be answered by the chain
}

// take returns the present orders for a chain.
func (c *Control) take(chain int) orders {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := orders{c.paused, c.flushes, c.changed, c.questions[chain]}
	delete(c.questions, chain)
	return o
}

// ended stores a chain's last snapshot and answers the questions left.
func (c *Control) ended(s Snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.Ended = true
	c.last[s.Chain] = s
	for _, answer := range c.questions[s.Chain] {
		answer <- s
	}
	delete(c.questions, s.Chain)
}
