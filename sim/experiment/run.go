package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/stat"
	"github.com/quatre-ppl/quatre/stream"
)

// Model builds a simulation for a replication, counted from 0. It is called
// from several goroutines at once. Parameters may depend on the replication:
// the draws of a posterior, or the points of a design. The simulation is closed,
// and its memory used for others, when its replication is over.
type Model func(s *sim.Simulation, replication int) error

// Options are the properties of an experiment.
type Options struct {
	// Replications is their number; with Precision the number to begin with.
	// 0 stands for 10.
	Replications int
	// Until ends each replication.
	Until sim.Until
	// WarmUp is the time at which measurements begin anew; 0 for none.
	WarmUp float64
	// Level is the confidence of the intervals; 0 stands for 0.95.
	Level float64
	// Workers is the number of replications that run at a time; 0 stands for
	// the number of cores.
	Workers int
	// Antithetic has replications 2i and 2i+1 share a key, the second with
	// every u replaced by 1 − u; intervals are those of the pairs' means.
	Antithetic bool
	// Precision, if set, adds replications until the interval of an outcome is
	// narrow enough.
	Precision *Precision
	// Sink, if set, receives a row of outcomes for each replication that did
	// not fail, in order.
	Sink stream.Sink
}

// Precision is a goal for an interval.
type Precision struct {
	Outcome  string
	Relative float64 // half-width over mean, such as 0.05
	Most     int     // replications at which to give up
}

// Failure is a replication that ended with an error.
type Failure struct {
	Replication int
	Err         error
}

// Result is what the replications of a model have yielded.
type Result struct {
	// Names are the outcomes, in the order of sim.Context.Outcomes.
	Names []string
	// Values holds a row of outcomes for each replication that did not fail.
	Values [][]float64
	// Replications tells which they are.
	Replications []int
	// Failures are the others.
	Failures []Failure
	// Events is the number of events of all replications together.
	Events uint64
	// Warnings are what a reader of the results should know.
	Warnings []string
	// Level is the confidence of Interval, Paired whether values are those of
	// antithetic pairs, Batches whether they are those of the batches of one run.
	Level   float64
	Paired  bool
	Batches bool
}

// replication is the yield of one.
type replication struct {
	names  []string
	values []float64
	events uint64
	notes  []string
	loads  []sim.Load // in a steady state, else only those that grow
	err    error
}

// Run runs the replications of a model. The error is that of the experiment:
// impossible options, a cancelled context, a sink that fails, or a failure of
// all replications. Replications that fail alone are reported in the Result. With the
// error of a cancelled context comes the Result of the first replications, as many as
// were over, if there are any: it is that of so many replications.
func Run(ctx context.Context, model Model, key rng.Key, o Options) (*Result, error) {
	o, err := o.checked()
	if err != nil {
		return nil, err
	}
	var done []replication
	for want := o.Replications; ; {
		more, err := replicate(ctx, model, key, o, len(done), want)
		done = append(done, more...)
		if err != nil {
			return o.first(done), err
		}
		r, err := collect(done, o)
		if err != nil {
			return nil, err
		}
		if err := o.reachable(r); err != nil {
			return nil, err
		}
		if want = o.next(r, len(done)); want <= len(done) {
			o.judge(r)
			r.judgeLoads(done, o.steady())
			return r, r.send(ctx, o.Sink)
		}
	}
}

// checked returns the options with defaults in place.
func (o Options) checked() (Options, error) {
	if o.Replications == 0 {
		o.Replications = 10
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	switch {
	case o.Replications < 1 || o.Workers < 1:
		return o, fmt.Errorf("experiment: %d replications by %d workers: want at least 1", o.Replications, o.Workers)
	case !(o.Level > 0 && o.Level < 1):
		return o, fmt.Errorf("experiment: intervals of level %v: want it between 0 and 1", o.Level)
	case o.Until.Time == 0 && o.Until.Events == 0 && o.Until.Condition == nil && o.WarmUp > 0:
		return o, errors.New("experiment: a warm-up needs a run with an end")
	case !(o.WarmUp >= 0) || o.Until.Time > 0 && o.WarmUp >= o.Until.Time:
		return o, fmt.Errorf("experiment: a warm-up of %v in runs until %v: want it ≥ 0 and shorter", o.WarmUp, o.Until.Time)
	case o.Precision != nil && !(o.Precision.Relative > 0 && o.Precision.Most >= o.Replications):
		return o, fmt.Errorf("experiment: a relative precision of %v with at most %d replications: want it > 0, and at least the %d to begin with",
			o.Precision.Relative, o.Precision.Most, o.Replications)
	}
	if o.Antithetic {
		o.Replications += o.Replications % 2
	}
	return o, nil
}

// first returns the result of replications before the first that was stopped or not
// begun; nil if there is none.
func (o Options) first(done []replication) *Result {
	n := slices.IndexFunc(done, func(r replication) bool {
		return r.names == nil && r.err == nil || errors.Is(r.err, context.Canceled) || errors.Is(r.err, context.DeadlineExceeded)
	})
	if n < 0 {
		n = len(done)
	}
	if o.Antithetic {
		n -= n % 2
	}
	if n < 1 {
		return nil
	}
	r, err := collect(done[:n], o)
	if err != nil {
		return nil
	}
	r.judgeLoads(done[:n], o.steady())
	return r
}

// replicate runs replications from first to last−1 on all workers. After an error
// some of them are empty or were stopped.
func replicate(ctx context.Context, model Model, key rng.Key, o Options, first, last int) ([]replication, error) {
	out := make([]replication, last-first)
	var known atomic.Pointer[[]string] // the names of outcomes, kept once for all
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(o.Workers, len(out)) {
		group.Go(func() {
			var memory sim.Memory
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(out) {
					return
				}
				r := one(ctx, model, key, o, first+i, &memory)
				if names := known.Load(); names == nil && r.err == nil {
					known.Store(&r.names)
				} else if names != nil && slices.Equal(*names, r.names) {
					r.names = *names
				}
				out[i] = r
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return out, fmt.Errorf("experiment: stopped: %w", err)
	}
	return out, nil
}

// Key returns the key of a replication, to run it alone once more. Of an
// antithetic pair both have the key of half the even number.
func Key(key rng.Key, replication int) rng.Key { return key.Child("replication", uint64(replication)) }

// begin builds a replication, with memory if there is any.
func begin(model Model, key rng.Key, o Options, i int, m *sim.Memory) (s *sim.Simulation, err error) {
	k := Key(key, i)
	if o.Antithetic {
		k = Key(key, i/2)
	}
	s = sim.New(k, sim.Options{Antithetic: o.Antithetic && i%2 == 1, Memory: m})
	defer func() {
		// The model's own code; what entities do is caught by Run.
		if value := recover(); value != nil {
			err = fmt.Errorf("experiment: building replication %d: panic: %v", i, value)
		}
		if err != nil {
			s.Close()
		}
	}()
	return s, model(s, i)
}

// one runs a replication.
func one(ctx context.Context, model Model, key rng.Key, o Options, i int, m *sim.Memory) replication {
	s, err := begin(model, key, o, i, m)
	if err != nil {
		return replication{err: err}
	}
	defer s.Close()
	if o.WarmUp > 0 {
		s.WarmUp(o.WarmUp)
	}
	if err := s.Run(ctx, o.Until); err != nil {
		return replication{err: err}
	}
	return yield(s, o.steady())
}

// yield returns what a simulation has measured, and the loads of its resources if a
// steady state is asked for.
func yield(s *sim.Simulation, steady bool) replication {
	out := s.Outcomes()
	r := replication{names: make([]string, len(out)), values: make([]float64, len(out)), events: s.Events(), notes: s.Notes(), loads: s.Loads()}
	if !steady {
		r.loads = slices.DeleteFunc(r.loads, func(l sim.Load) bool { return !l.Grows })
	}
	for j, x := range out {
		r.names[j], r.values[j] = x.Name, x.Value
	}
	return r
}

// collect makes a Result of replications.
func collect(done []replication, o Options) (*Result, error) {
	r := &Result{Level: o.Level, Paired: o.Antithetic}
	for i := range done {
		d := &done[i]
		if d.err != nil {
			r.Failures = append(r.Failures, Failure{i, d.err})
			continue
		}
		if r.Names == nil {
			r.Names = d.names
		} else if !slices.Equal(r.Names, d.names) {
			return nil, fmt.Errorf("experiment: replication %d has other outcomes than those before it", i)
		}
		r.Values = append(r.Values, d.values)
		r.Replications = append(r.Replications, i)
		r.Events += d.events
		for _, note := range d.notes {
			if !slices.Contains(r.Warnings, note) && len(r.Warnings) < 20 {
				r.Warnings = append(r.Warnings, note)
			}
		}
	}
	if r.Names == nil {
		return nil, fmt.Errorf("experiment: all %d replications failed, the first with: %w", len(done), r.Failures[0].Err)
	}
	return r, nil
}

// reachable complains if there is no interval that could become narrow.
func (o *Options) reachable(r *Result) error {
	if o.Precision == nil || slices.Contains(r.Names, o.Precision.Outcome) {
		return nil
	}
	return fmt.Errorf("experiment: a precision is wanted of %q, which is no outcome: there are %s", o.Precision.Outcome, strings.Join(r.Names, ", "))
}

// judge warns if outcomes cannot be told apart, or if the precision that was
// wanted was not reached.
func (o *Options) judge(r *Result) {
	seen := map[string]bool{}
	for _, name := range r.Names {
		if seen[name] {
			r.Warnings = append(r.Warnings, fmt.Sprintf("two outcomes are called %q, and only the first is looked at: give what they measure different names", name))
		}
		seen[name] = true
	}
	if o.Precision == nil {
		return
	}
	if i := r.Interval(o.Precision.Outcome); !o.Precision.reached(i) {
		r.Warnings = append(r.Warnings, fmt.Sprintf("the interval of %q is %s, which is not within %g of its mean, after %d replications",
			o.Precision.Outcome, i, o.Precision.Relative, len(r.Values)))
	}
}

// reached reports whether an interval is narrow enough; one of no width is.
func (p *Precision) reached(i stat.Interval) bool {
	return i.Half == 0 || i.Relative() <= p.Relative/(1+p.Relative)
}

// next returns how many replications there should be in all. The rule depends
// on the results only, so the number of workers does not matter: from the
// present half-width h it takes the number at which h should reach γ/(1+γ)
// times the mean, which makes the true relative error at most γ (Law 2015,
// 9.4.1).
func (o *Options) next(r *Result, have int) int {
	p := o.Precision
	if p == nil {
		return have
	}
	interval := r.Interval(p.Outcome)
	goal := p.Relative / (1 + p.Relative)
	if p.reached(interval) || have >= p.Most {
		return have
	}
	ratio := interval.Relative() / goal
	want := have + 1
	if estimate := float64(have) * ratio * ratio; estimate < float64(p.Most) {
		want = max(want, int(math.Ceil(estimate)))
	} else {
		want = p.Most
	}
	// Not all at once: the first variance may have been far off.
	want = min(want, 2*have, p.Most)
	if o.Antithetic {
		want += want % 2
	}
	return want
}
