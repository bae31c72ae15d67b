package samplers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

// flushInterval is how long a row is held back at most, about: it is looked at
// between two draws.
const flushInterval = 50 * time.Millisecond

// ErrNoParameters is returned by Run for a problem of dimension 0.
var ErrNoParameters = errors.New("the model has no parameters to sample: declare at least one, or compute its generated quantities without a sampler")

// Run samples p with NUTS and sends the draws to sink: warmup, then the draws, in
// several chains at once. Frames carry the problem's
// values and the columns "lp__", "accept_stat__", "stepsize__", "treedepth__",
// "n_leapfrog__", "divergent__" and "energy__". If sink is a stream.ProgressSink
// it hears of progress. Run makes one call to the sink at a time and waits for a
// slow one; it does not close it.
//
// The same key and options give the same draws; those of chain c do not depend
// on Chains or Parallel.
//
// When ctx is cancelled, or Options.Control aborts, each chain finishes its
// present draw, everything drawn is delivered, and Run returns a Report with
// Interrupted set and no error. The sink then has ten seconds before its own
// calls are cancelled too.
//
// A fault in one chain costs no other chain anything. A panic or a Recoverable
// error inside a trajectory costs that expansion of the trajectory; any other
// failure sets the chain back to its last checkpoint, once, from where it
// repeats the same draws; after a second one the chain ends and its report says
// why. The error of Run is for what leaves no chain to go on: options out of
// range, no parameters, a sink that failed, all chains failed. The report is nil
// only with options out of range.
func Run(ctx context.Context, p Problem, key rng.Key, o Options, sink stream.Sink) (*Report, error) {
	began := time.Now()
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	s := &session{problem: p, key: key, options: &o}
	s.schema = &stream.Schema{Values: p.Schema().Values, Stats: statNames[:]}
	if err := s.schema.Validate(); err != nil {
		return nil, fmt.Errorf("samplers: the columns of the draws: %w", err)
	}
	s.wake() // so that every chain looks once at the start
	var cancel context.CancelFunc
	s.ctx, cancel = context.WithCancel(ctx)
	defer cancel()
	s.delivery = newDelivery(s.ctx, sink, writeGrace, func(error) { cancel() })
	defer s.delivery.close()
	if o.Control != nil {
		if err := o.Control.attach(o.Chains, s.wake, cancel); err != nil {
			return nil, err
		}
	}
	report := &Report{Chains: make([]ChainReport, o.Chains)}
	report.Interrupted = s.runChains(report.Chains, cancel)
	report.Elapsed = time.Since(began)
	return report, s.verdict(report)
}

// session is what the chains of a run share.
type session struct {
	ctx      context.Context // ends with the run, by abort or a failed sink
	problem  Problem
	key      rng.Key
	options  *Options
	schema   *stream.Schema
	delivery *delivery

	// beat changes when chains have something to look at besides drawing: time
	// has passed, a command has come, the run is to end. One atomic load per
	// draw is all that a chain spends on this.
	beat atomic.Uint64
}

func (s *session) wake() { s.beat.Add(1) }

// runChains runs all chains, at most Parallel at once, fills in their reports
// and reports whether one of them was interrupted.
func (s *session) runChains(reports []ChainReport, cancel context.CancelFunc) (interrupted bool) {
	var next, stopped atomic.Int64
	var workers, clock sync.WaitGroup
	for range min(s.options.Parallel, s.options.Chains) {
		workers.Go(func() {
			for id := int(next.Add(1)) - 1; id < s.options.Chains; id = int(next.Add(1)) - 1 {
				c := newChain(s, id)
				if c.run() {
					stopped.Add(1)
				}
				reports[id] = c.report()
			}
		})
	}
	clock.Go(s.keepTime)
	workers.Wait()
	cancel()
	clock.Wait()
	return stopped.Load() > 0
}

// keepTime wakes the chains every flushInterval and when the run is to end.
func (s *session) keepTime() {
	ticker := time.NewTicker(flushInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.wake()
		case <-s.ctx.Done():
			s.wake()
			return
		}
	}
}

// verdict returns the error of a finished run.
func (s *session) verdict(r *Report) error {
	if err := s.delivery.failure(); err != nil {
		return err
	}
	failed := r.Failed()
	if len(failed) < len(r.Chains) {
		return nil
	}
	if len(failed) == 1 {
		return fmt.Errorf("samplers: %w", failed[0].Err)
	}
	return fmt.Errorf("samplers: all %d chains failed: %w", len(failed), failed[0].Err)
}
