package samplers

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/adapt"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/stream"
)

// maxRestarts is how often a chain is set back to a checkpoint before it gives
// up: once is enough against a fault that passes, and one that does not would
// come back for ever.
const maxRestarts = 1

// maxFaults is the number of transitions in a row that faults may spoil before
// the chain counts as failed.
const maxFaults = 100

// drawWords is the base 2 logarithm of the random words set aside for the
// generated quantities of one draw, so that draw i starts at word i·2^32 whatever
// the draws before it used.
const drawWords = 32

// errStopped ends a chain that was interrupted. It never leaves the package.
var errStopped = errors.New("interrupted")

// chain is one Markov chain from start to end. One goroutine runs it.
type chain struct {
	session *session
	options *Options
	id      int
	key     rng.Key

	problem ChainProblem   // nil before open
	kernel  tunedKernel    // nil before open
	mapping *adapt.Mapping // nil if the sampling coordinates are the model's
	now     course         // where the chain is
	saved   course         // where a restart begins; no state before the first save

	generated [2]*rng.Stream // for generated quantities, by phase
	rows      *rows
	batch     *batch     // nil before the first
	jacobian  [1]float64 // scratch of single draws, and:
	place     [1]uint64
	written   []float64 // scratch: a draw in the model's coordinates

	beat    uint64 // of the session, when last looked at
	flushes int    // requests of Control.Flush obeyed

	err      error
	restarts int
	faults   int  // recovered transitions in a row
	adapted  bool // the sink knows what warmup settled on
	placing  Placing
	path     *PathReport
	flat     []int // coordinates whose gradient has always been zero

	began   time.Time
	mark    time.Time // since when time is unaccounted for
	elapsed [2]time.Duration
	paused  time.Duration
	shown   time.Time // when rows and progress were sent last
}

func newChain(s *session, id int) *chain {
	c := &chain{session: s, options: s.options, id: id, key: s.key.Child("chain", uint64(id))}
	c.generated[stream.Warmup] = c.key.Child("generated in warmup").Stream()
	c.generated[stream.Sampling] = c.key.Child("generated").Stream()
	c.rows = newRows(s.delivery, s.schema, id)
	return c
}

// run runs the chain to its end, whatever that is, and reports whether it was
// interrupted.
func (c *chain) run() (interrupted bool) {
	c.began = time.Now()
	c.mark, c.shown = c.began, c.began
	for {
		c.err = c.attempt()
		if c.err == nil || !c.mayRestart() {
			break
		}
		c.restarts++
	}
	// The rows before a failure are sound. A sink that fails is no fault of the
	// chain; Run reports it.
	if flushErr := c.rows.flush(); flushErr != nil || c.session.delivery.failure() != nil || errors.Is(c.err, errStopped) {
		c.err, interrupted = nil, true
	}
	c.lap()
	c.tell(true)
	if control := c.options.Control; control != nil {
		control.ended(c.snapshot())
	}
	return interrupted
}

// mayRestart reports whether a chain that has failed can go on from a
// checkpoint: not when it has one no longer or not yet, when the run is to end,
// or when it was only closing the problem that failed.
func (c *chain) mayRestart() bool {
	complete := c.now.phase == stream.Sampling && c.now.done == c.options.Draws
	return c.saved.state != nil && c.restarts < maxRestarts && !complete && c.session.ctx.Err() == nil
}

// attempt runs the chain from its start or its checkpoint. A panic outside of a
// transition becomes the chain's error.
func (c *chain) attempt() (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = transition.NewPanicError(value)
		}
		if fault := c.now.tally.firstFault; fault != nil && errors.Is(err, ErrNoStepSize) {
			err = fmt.Errorf("%w; trajectories were lost to faults, the first of them: %w", err, fault)
		}
	}()
	if err := c.attend(); err != nil {
		return err
	}
	if err := c.open(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	if c.saved.state == nil {
		err = c.begin()
	} else {
		err = c.restore()
	}
	if err != nil {
		return err
	}
	return c.draw()
}

// open opens the problem and makes a kernel for it.
func (c *chain) open() error {
	problem, err := c.session.problem.Chain(c.id)
	if err != nil {
		return err
	}
	c.problem = problem
	if problem.Dim() == 0 {
		return errors.Join(ErrNoParameters, c.close())
	}
	c.kernel, err = newKernel(problem, c.options)
	if err != nil {
		return errors.Join(err, c.close())
	}
	c.mapping = adapt.NewMapping(problem)
	if c.mapping != nil {
		c.written = make([]float64, problem.Dim())
	}
	return nil
}

// close closes the problem. The kernel stays, for its step size and metric.
func (c *chain) close() error {
	problem := c.problem
	c.problem = nil
	return problem.Close()
}

// begin finds the starting point and a first step size.
func (c *chain) begin() error {
	c.now = course{
		phase:       stream.Warmup,
		state:       NewState(c.problem.Dim()),
		tuning:      c.newTuning(),
		transitions: *c.key.Child("transitions").Stream(),
		search:      *c.key.Child("step size").Stream(),
	}
	if err := c.findStart(); err != nil {
		return err
	}
	if c.options.InitMethod == PathfinderInit {
		if err := c.followPath(); err != nil {
			return err
		}
	}
	for i, g := range c.now.state.Grad {
		if g == 0 {
			c.flat = append(c.flat, i)
		}
	}
	if c.now.tuning != nil {
		cost, err := c.now.tuning.Start(c.subject(), &c.now.search, c.now.state)
		c.now.tally.spend(cost)
		if err != nil {
			return err
		}
	}
	c.saved = course{state: NewState(c.problem.Dim()), tuning: c.newTuning()}
	c.save()
	return nil
}

// draw runs the iterations that are left.
func (c *chain) draw() error {
	for {
		if c.now.done == c.total() || c.settled() {
			if c.now.phase == stream.Sampling {
				return c.finish()
			}
			if err := c.endWarmup(); err != nil {
				return err
			}
			continue
		}
		if err := c.attend(); err != nil {
			return err
		}
		if err := c.iterate(); err != nil {
			if errors.Is(err, errStopped) {
				return err
			}
			return fmt.Errorf("%v iteration %d: %w", c.now.phase, c.now.done+1, err)
		}
	}
}

// total returns the number of iterations of the present phase.
func (c *chain) total() int {
	if c.now.phase == stream.Warmup {
		return c.options.Warmup
	}
	return c.options.Draws
}

// endWarmup fixes the step size and goes on to sampling.
func (c *chain) endWarmup() error {
	if c.now.tuning != nil {
		c.now.tuning.Finish(c.kernel)
		c.placing = c.now.tuning.Placing(c.mapping)
	}
	if err := c.rows.flush(); err != nil {
		return err
	}
	c.lap()
	c.tell(true)
	if err := c.tellAdapted(); err != nil {
		return err
	}
	c.now.phase, c.now.done = stream.Sampling, 0
	c.save()
	return nil
}

// tellAdapted tells the sink what warmup settled on, once.
func (c *chain) tellAdapted() error {
	if c.adapted {
		return nil
	}
	c.adapted = true
	a := &stream.Adaptation{Chain: c.id, StepSize: c.kernel.StepSize(), Dim: c.problem.Dim()}
	if c.options.Metric != UnitMetric {
		a.InverseMetric, _ = metricVariances(c.kernel)
	}
	return c.session.delivery.adapted(a)
}

// finish sends the last rows and tells the sink that the chain is complete.
func (c *chain) finish() error {
	if err := c.rows.flush(); err != nil {
		return err
	}
	c.lap()
	return c.session.delivery.completed(&stream.Completion{
		Chain: c.id, Warmup: c.elapsed[stream.Warmup], Sampling: c.elapsed[stream.Sampling],
	})
}

// iterate makes one transition or several, learns from it in warmup, and sends the
// draws.
func (c *chain) iterate() error {
	now := &c.now
	if now.phase == stream.Sampling {
		if several, err := c.iterateMany(); several || err != nil {
			return err
		}
	}
	info, err := c.kernel.Step(&now.transitions, now.state)
	if err != nil {
		return err
	}
	now.tally.add(now.phase, &info)
	if err := c.countFaults(&info); err != nil {
		return err
	}
	if now.phase == stream.Warmup {
		cost, err := now.tuning.Learn(c.subject(), &now.search, now.state, info)
		now.tally.spend(cost)
		if err != nil {
			return err
		}
		c.flat = slices.DeleteFunc(c.flat, func(i int) bool { return now.state.Grad[i] != 0 })
	}
	if err := c.send(now.done, now.state.Q, now.state.LogDensity, &info); err != nil {
		return err
	}
	now.done++
	if now.done%checkpointEvery == 0 || info.Recovered {
		c.save()
	}
	return nil
}

// countFaults ends the chain when fault follows fault without a good transition
// between them: then nothing recovers, and the draws would all be the same.
func (c *chain) countFaults(info *Info) error {
	if !info.Recovered {
		c.faults = 0
		return nil
	}
	c.faults++
	if c.faults < maxFaults {
		return nil
	}
	return fmt.Errorf("%d transitions in a row were lost to faults: %w", c.faults, info.Fault)
}

// send adds a draw, by its number, to the rows, unless it is thinned out, not
// wanted, or was sent before a restart.
func (c *chain) send(number int, q []float64, logDensity float64, info *Info) error {
	phase := c.now.phase
	if phase == stream.Warmup && !c.options.SaveWarmup || number%c.options.Thin != 0 {
		return nil
	}
	if c.rows.has(phase, number/c.options.Thin) {
		return nil
	}
	src := c.generated[phase]
	src.Seek(placeOf(number))
	jacobian, err := c.drawTo(c.rows.slots(1), q, src)
	if err != nil {
		return fmt.Errorf("the quantities of the draw: %w", err)
	}
	return c.rows.commit(phase, logDensity-jacobian, info)
}

// placeOf returns where the random numbers of a draw begin.
func placeOf(number int) uint64 { return uint64(number) << drawWords }

// drawTo writes the quantities of the draw at q, in the sampler's coordinates, to
// dst. It returns by what the log density there exceeds that in the model's
// coordinates, which depends on the map and so differs from chain to chain.
func (c *chain) drawTo(dst, q []float64, src *rng.Stream) (logJacobian float64, err error) {
	if c.mapping == nil {
		return 0, c.problem.Draw(dst, q, src)
	}
	if d, ok := c.problem.(drawsDrawer); ok {
		c.place[0] = src.Position()
		err := d.DrawAll(dst, c.jacobian[:], q, src, c.place[:])
		return c.jacobian[0], err
	}
	if logJacobian, err = c.mapping.ToModel(c.written, q); err != nil {
		return 0, err
	}
	return logJacobian, c.problem.Draw(dst, q, src)
}

// report returns the report of the chain.
func (c *chain) report() ChainReport {
	t := &c.now.tally
	r := ChainReport{
		Chain: c.id, Err: c.err, Restarts: c.restarts,
		Draws:     c.rows.sent[stream.Sampling],
		Warmup:    t.report(stream.Warmup, c.elapsed[stream.Warmup]),
		Sampling:  t.report(stream.Sampling, c.elapsed[stream.Sampling]),
		Paused:    c.paused,
		Recovered: t.recovered, FirstFault: t.firstFault,
		Flat: c.flat,
	}
	r.Placing, r.Path = c.placing, c.path
	if c.kernel != nil {
		r.StepSize = c.kernel.StepSize()
		r.InverseMetric, r.Directions = metricVariances(c.kernel)
		r.Rotations = turns(c.kernel)
	}
	return r
}
