package adapt

import (
	"math"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Windowed is Stan's three-phase warmup. Its methods are called in the order
// Start, Learn after each warmup draw, Finish.
type Windowed struct {
	schedule  schedule
	step      dualAveraging
	estimator *Welford // nil: the metric stays as it is
	done      int      // warmup draws seen

	metric []float64 // scratch for an estimate
}

// NewWindowed returns the tuning of a warmup of the given number of draws
// towards a mean acceptance statistic. The estimator, which the Windowed takes
// over, decides between a diagonal and a dense metric; nil leaves the metric
// alone.
func NewWindowed(warmup int, targetAccept float64, estimator *Welford) *Windowed {
	w := &Windowed{schedule: newSchedule(warmup), step: dualAveraging{target: targetAccept}, estimator: estimator}
	if estimator != nil {
		w.metric = make([]float64, estimator.Size())
	}
	return w
}

// CopyFrom overwrites what w has learned with what src has learned, both made
// by NewWindowed with the same arguments. It does not allocate.
func (w *Windowed) CopyFrom(src *Windowed) {
	w.step, w.done = src.step, src.done
	if w.estimator != nil {
		w.estimator.CopyFrom(src.estimator)
	}
}

// Start searches a step size from the kernel's own and begins to average.
func (w *Windowed) Start(k Tuned, src *rng.Stream, state *transition.State) (Cost, error) {
	step, cost, err := searchStep(k, src, state, k.StepSize())
	if err != nil {
		return cost, err
	}
	k.SetStepSize(step)
	w.step.restart(step)
	return cost, nil
}

// Learn takes the state and acceptance statistic of a warmup draw, and sets the
// kernel's step size; at the end of a window also its metric, after which the
// step size is searched and averaged anew. src is used by that search only.
func (w *Windowed) Learn(k Tuned, src *rng.Stream, state *transition.State, accept float64) (Cost, error) {
	iteration := w.done
	w.done++
	step := w.step.learn(accept)
	if err := checkStep(step, math.MaxFloat64); err != nil {
		return Cost{}, err
	}
	k.SetStepSize(step)
	if w.estimator == nil || !w.schedule.learns(iteration) {
		return Cost{}, nil
	}
	w.estimator.Add(state.Q)
	if !w.schedule.closes(iteration) {
		return Cost{}, nil
	}
	if err := w.estimator.Shrunk(w.metric); err != nil {
		return Cost{}, err
	}
	w.estimator.Reset()
	if err := k.SetInverseMetric(w.metric); err != nil {
		return Cost{}, err
	}
	return w.Start(k, src, state)
}

// Finish sets the step size to be kept: the average since the metric changed
// last.
func (w *Windowed) Finish(k Tuned) {
	if step, ok := w.step.average(); ok {
		k.SetStepSize(step)
	}
}
