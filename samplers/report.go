package samplers

import (
	"time"

	"github.com/quatre-ppl/quatre/samplers/adapt"
	"github.com/quatre-ppl/quatre/stream"
)

// Report says how a run went.
type Report struct {
	// Interrupted is true if the run was cancelled or aborted before every chain
	// had all its draws. What was drawn until then has been delivered.
	Interrupted bool
	// Elapsed is the wall time of the run.
	Elapsed time.Duration
	// Chains has one entry per chain, by number.
	Chains []ChainReport
}

// Failed returns the reports of the chains that ended with an error.
func (r *Report) Failed() []ChainReport {
	var failed []ChainReport
	for _, c := range r.Chains {
		if c.Err != nil {
			failed = append(failed, c)
		}
	}
	return failed
}

// ChainReport says how one chain went.
type ChainReport struct {
	Chain int // counted from 0

	// Err is why the chain ended early; nil if it finished or was interrupted.
	// The draws before it were delivered and are sound.
	Err error
	// Restarts counts how often the chain was set back to its last checkpoint
	// after a fault. The draws go on as if nothing had happened.
	Restarts int

	// Path tells how the starting point was found with PathfinderInit; nil without.
	Path *PathReport

	StepSize      float64   // at the end
	InverseMetric []float64 // at the end: [Dim], or [Dim × Dim] column-major for a dense metric
	Directions    int       // in which the metric is corrected besides that
	Rotations     bool      // steps are rotations, see nuts.Rotation

	// Placing tells in which coordinates the latents were sampled, where adaptation
	// chose; zero otherwise. Draws are those of the model as written in any case.
	Placing Placing

	Draws    int           // rows of the sampling phase that were delivered
	Warmup   PhaseReport   // of the warmup iterations
	Sampling PhaseReport   // of the iterations after warmup
	Paused   time.Duration // time spent waiting in Control.Pause, in neither phase

	// Recovered counts transitions and step-size probes that lost a subtree to a
	// panic or a recoverable error; such transitions count as divergent too.
	Recovered int
	// FirstFault is the first of these faults, nil without one.
	FirstFault error

	// Flat lists the unconstrained coordinates along which the gradient was
	// exactly zero at the start and after every warmup iteration: the density
	// seems not to depend on them, and is improper if they are unbounded.
	Flat []int
}

// PhaseReport counts what happened in one phase of a chain.
type PhaseReport struct {
	Iterations  int
	Divergences int           // divergent transitions
	Saturated   int           // trees that reached the largest depth
	Leapfrogs   int64         // gradient evaluations, step-size searches included
	MeanAccept  float64       // mean acceptance statistic; 0 without iterations
	Elapsed     time.Duration // wall time without pauses
}

// tally counts a chain's events. It is part of a checkpoint: what a restart
// draws again is not counted twice.
type tally struct {
	phases     [2]PhaseReport // by stream.Phase; MeanAccept holds the sum, Elapsed nothing
	recovered  int
	firstFault error
}

// add counts a transition.
func (t *tally) add(phase stream.Phase, info *Info) {
	p := &t.phases[phase]
	p.Iterations++
	p.Leapfrogs += int64(info.Leapfrogs)
	p.MeanAccept += info.AcceptStat
	if info.Divergent {
		p.Divergences++
	}
	if info.Saturated {
		p.Saturated++
	}
	if info.Recovered {
		t.fault(1, info.Fault)
	}
}

// spend counts what the tuning of warmup cost.
func (t *tally) spend(c adapt.Cost) {
	t.phases[stream.Warmup].Leapfrogs += int64(c.Leapfrogs)
	t.fault(c.Recovered, c.Fault)
}

// fault counts n recovered faults of which the first is given.
func (t *tally) fault(n int, first error) {
	t.recovered += n
	if t.firstFault == nil {
		t.firstFault = first
	}
}

// report returns the report of a phase that took the given time.
func (t *tally) report(p stream.Phase, elapsed time.Duration) PhaseReport {
	r := t.phases[p]
	r.Elapsed = elapsed
	if r.Iterations > 0 {
		r.MeanAccept /= float64(r.Iterations)
	}
	return r
}
