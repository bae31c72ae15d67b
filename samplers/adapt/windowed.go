package adapt

import (
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Windowed is Stan's three-phase warmup, a Scheme.
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
func (w *Windowed) CopyFrom(src Scheme) {
	from := src.(*Windowed)
	w.step, w.done = from.step, from.done
	if w.estimator != nil {
		w.estimator.CopyFrom(from.estimator)
	}
}

// Start implements Scheme: it searches a step size from the kernel's own and
// begins to average.
func (w *Windowed) Start(s Subject, src *rng.Stream, state *transition.State) (Cost, error) {
	return w.step.begin(s.Kernel, src, state)
}

// Learn implements Scheme: it sets the kernel's step size; at the end of a
// window also its metric, after which the step size is searched and averaged
// anew. src is used by that search only.
func (w *Windowed) Learn(s Subject, src *rng.Stream, state *transition.State, info transition.Info) (Cost, error) {
	iteration := w.done
	w.done++
	if err := w.step.apply(s.Kernel, info.AcceptStat); err != nil {
		return Cost{}, err
	}
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
	if err := s.Kernel.SetInverseMetric(w.metric); err != nil {
		return Cost{}, err
	}
	return w.Start(s, src, state)
}

// Settled implements Scheme: the phases are as long as they are.
func (w *Windowed) Settled() bool { return false }

// Placing implements Scheme: the coordinates stay the model's.
func (w *Windowed) Placing(*Mapping) Placing { return Placing{} }

// Finish implements Scheme: it sets the average step size since the metric
// changed last.
func (w *Windowed) Finish(k Tuned) { w.step.finish(k) }
