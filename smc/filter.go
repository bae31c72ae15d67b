package smc

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc/hilbert"
	"github.com/quatre-ppl/quatre/smc/internal/parallel"
	"github.com/quatre-ppl/quatre/smc/resample"
)

// Filter is a cloud of weighted particles on its way through a Target. One
// goroutine uses it.
//
// Before step t it may resample (by the weights, times the auxiliary ones
// where the target has them); resampled particles carry the weight 1, or the
// inverse of their auxiliary weight, else each goes on with its own. After the
// step, weights are multiplied by the new ones. The evidence estimate
//
//	Z(t) = Π over resamplings of (Σw/N before) · (Σw/N now)
//
// is unbiased for p(y[1..t]) whenever it resampled (Del Moral 2004,
// proposition 7.4.1; with a random decision that looks at the weights only).
type Filter struct {
	target    Target
	auxiliary AuxiliaryTarget // nil unless the target looks ahead
	key       rng.Key
	options   Options
	n         int
	next      int // the step to come

	x, spare, moved [][]float64 // present states, resampled ones, the next
	now, then       weights     // present weights, those of the step under way
	ahead           weights     // with the auxiliary ones
	ancestors       []int32
	resampler       resample.Resampler
	sorter          hilbert.Sorter
	sorted          []float64 // weights in the order of the states
	stream          rng.Stream
	blocks          []block
	lineage         *lineage

	logZ      float64 // log of the product over past resamplings
	before    memory  // for Undo
	evidence  float64
	increment float64
	resampled bool
	err       error
}

// block is a part of the cloud with its stream of the present step.
type block struct {
	Particles
	stream rng.Stream
}

// memory is what Undo needs besides the clouds.
type memory struct {
	logZ, evidence, increment float64
	resampled, valid          bool
}

// NewFilter returns a filter before step 0.
func NewFilter(target Target, key rng.Key, o Options) (*Filter, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	dim, n := target.Dim(), o.Particles
	if dim < 1 {
		return nil, fmt.Errorf("smc: the target's state has %d coordinates: it needs 1 or more", dim)
	}
	f := &Filter{
		options: o, n: n, x: cloud(dim, n), spare: cloud(dim, n), moved: cloud(dim, n),
		now: newWeights(n), then: newWeights(n), ancestors: make([]int32, n),
		blocks: make([]block, (n+BlockSize-1)/BlockSize),
	}
	f.resampler.Scheme = o.Resampling
	if o.Lineage {
		f.lineage = newLineage(n, o.LineageLag)
	}
	f.Reset(target, key)
	return f, nil
}

// Reset puts the filter before step 0 of a target of the same dimension, with
// another key, in the memory that it has.
func (f *Filter) Reset(target Target, key rng.Key) {
	if target.Dim() != len(f.x) {
		panic(fmt.Sprintf("smc: Reset to a target of dimension %d, want %d", target.Dim(), len(f.x)))
	}
	f.key = key
	f.Retarget(target)
	f.next, f.logZ, f.evidence, f.increment, f.resampled, f.err = 0, 0, 0, 0, false, nil
	f.before.valid = false
	f.now.equal()
	for i := range f.ancestors {
		f.ancestors[i] = int32(i)
	}
	if f.lineage != nil {
		f.lineage.reset()
	}
}

// Retarget gives the filter another target of the same dimension, in the middle
// of its way.
func (f *Filter) Retarget(target Target) {
	f.target = target
	f.auxiliary, _ = target.(AuxiliaryTarget)
	if f.auxiliary != nil && f.ahead.log == nil {
		f.ahead = newWeights(f.n)
	}
}

// Step goes on by one step and reports whether it did: false where the target
// is done, or after an error, which Err returns.
func (f *Filter) Step() bool {
	if f.err != nil || f.target.Done(f.next) {
		return false
	}
	f.err = f.step()
	return f.err == nil
}

// Err returns the error that ended the steps, nil if there was none. Retry
// clears it.
func (f *Filter) Err() error { return f.err }

// Retry clears an error: the filter stands as it was before the step that
// failed, which can be tried again once the target's data are mended.
func (f *Filter) Retry() { f.err = nil }

// step makes step f.next, or returns an error and leaves everything that the
// next attempt depends on as it was.
func (f *Filter) step() error {
	t := f.next
	logZ, resampled, err := f.choose(t)
	if err != nil {
		return f.at(t, err)
	}
	from := f.x
	if resampled {
		gather(f.spare, f.x, f.ancestors)
		from = f.spare
	}
	if t == 0 {
		from = nil
	}
	if err := f.propagate(t, from); err != nil {
		return f.at(t, err)
	}
	f.carry(resampled)
	ok, err := f.then.normalise()
	if err != nil {
		return f.at(t, err)
	}
	if !ok {
		return &CollapseError{t + 1, f.n}
	}
	f.accept(t, logZ, resampled)
	return nil
}

// at wraps an error with the observation.
func (f *Filter) at(t int, err error) error {
	return fmt.Errorf("smc: observation %d: %w", t+1, err)
}

// choose decides whether to resample before step t, and does: ancestors are
// set, and logZ is what log Z becomes.
func (f *Filter) choose(t int) (logZ float64, resampled bool, err error) {
	w := &f.now
	if t == 0 {
		return 0, false, nil
	}
	if f.auxiliary != nil {
		if w, err = f.lookAhead(t); err != nil {
			return 0, false, err
		}
	}
	if f.options.Threshold < 1 && !(w.ess() < f.options.Threshold*float64(f.n)) {
		return f.logZ, false, nil
	}
	f.stream = *f.key.Child("resample", uint64(t)).Stream()
	if f.options.Sort {
		f.resampleSorted(w.w)
	} else {
		f.resampler.Ancestors(f.ancestors, &f.stream, w.w)
	}
	return f.logZ + w.shift + elem.Log(w.sum/float64(f.n)), true, nil
}

// resampleSorted resamples along the order of the states.
func (f *Filter) resampleSorted(w []float64) {
	order := f.sorter.Order(f.x)
	if f.sorted == nil {
		f.sorted = make([]float64, f.n)
	}
	for k, i := range order {
		f.sorted[k] = w[i]
	}
	f.resampler.Ancestors(f.ancestors, &f.stream, f.sorted)
	for k, a := range f.ancestors {
		f.ancestors[k] = order[a]
	}
}

// lookAhead returns the present weights times the auxiliary ones.
func (f *Filter) lookAhead(t int) (*weights, error) {
	var p Particles
	p.window(f.x, f.x, 0, f.n)
	if err := f.askAuxiliary(t, &p); err != nil {
		return nil, err
	}
	for i := range f.ahead.log {
		f.ahead.log[i] += f.now.log[i] + f.now.shift
	}
	ok, err := f.ahead.normalise()
	if err == nil && !ok {
		err = errors.New("all auxiliary weights are 0: they must be positive wherever the next observation is possible")
	}
	return &f.ahead, err
}

func (f *Filter) askAuxiliary(t int, p *Particles) (err error) {
	defer catch(&err)
	return f.auxiliary.LogAuxiliary(f.ahead.log, t, p)
}

// propagate moves the cloud from the ancestors' states to f.moved and writes
// the weights of the step to f.then.log.
func (f *Filter) propagate(t int, from [][]float64) error {
	if f.options.Workers == 1 || len(f.blocks) == 1 {
		for b := range f.blocks {
			if err := f.moveBlock(t, b, from); err != nil {
				return err
			}
		}
		return nil
	}
	return parallel.Each(len(f.blocks), f.options.Workers, func(b, _ int) error { return f.moveBlock(t, b, from) })
}

// moveBlock moves and weighs block b. A panic of the target is an error.
func (f *Filter) moveBlock(t, b int, from [][]float64) (err error) {
	defer catch(&err)
	lo := b * BlockSize
	hi := min(lo+BlockSize, f.n)
	p, src := &f.blocks[b].Particles, &f.blocks[b].stream
	p.window(f.moved, from, lo, hi)
	*src = *f.key.Child("step", uint64(t), uint64(b)).Stream()
	if t == 0 {
		err = f.target.Init(src, p)
	} else {
		err = f.target.Move(t, src, p)
	}
	if err != nil {
		return err
	}
	if len(p.X) != len(f.moved) {
		return ErrState
	}
	for d, x := range p.X {
		if len(x) != hi-lo || &x[0] != &f.moved[d][lo] {
			return ErrState
		}
	}
	return f.target.LogWeight(f.then.log[lo:hi:hi], t, p)
}

// carry adds to the weights of the step those that the particles bring along.
func (f *Filter) carry(resampled bool) {
	switch {
	case resampled && f.auxiliary != nil:
		// now/ahead of the ancestor is the inverse of its auxiliary weight.
		for i, a := range f.ancestors {
			f.then.log[i] += (f.now.log[a] + f.now.shift) - (f.ahead.log[a] + f.ahead.shift)
		}
	case !resampled:
		for i, l := range f.now.log {
			f.then.log[i] += l
		}
	}
}

// accept makes the step that worked the present.
func (f *Filter) accept(t int, logZ float64, resampled bool) {
	if !resampled {
		f.then.shift += f.now.shift
	}
	f.before = memory{f.logZ, f.evidence, f.increment, f.resampled, true}
	f.x, f.moved = f.moved, f.x
	f.now, f.then = f.then, f.now
	f.logZ, f.resampled = logZ, resampled
	evidence := logZ + f.now.shift + elem.Log(f.now.sum/float64(f.n))
	f.increment, f.evidence = evidence-f.evidence, evidence
	if f.lineage != nil {
		f.lineage.follow(f.ancestors, resampled && t > 0)
	}
	f.next = t + 1
}

// Steps returns the number of steps made.
func (f *Filter) Steps() int { return f.next }

// LogEvidence returns the log of the estimate of p(y[1..t]) after t steps; its
// exponential is unbiased.
func (f *Filter) LogEvidence() float64 { return f.evidence }

// Increment returns the part of LogEvidence that the last step added, the log
// of an estimate of p(y[t] | y[1..t−1]).
func (f *Filter) Increment() float64 { return f.increment }

// ESS returns the effective sample size (Σw)²/Σw² of the present weights,
// between 1 and the number of particles.
func (f *Filter) ESS() float64 { return f.now.ess() }

// Resampled reports whether the last step resampled first.
func (f *Filter) Resampled() bool { return f.resampled }

// N returns the number of particles.
func (f *Filter) N() int { return f.n }

// X returns coordinate d of the present states, [n]. It is valid until the
// next step and must not be changed.
func (f *Filter) X(d int) []float64 { return f.x[d] }

// Weights returns the present weights, [n], the largest of which is 1; their
// sum is WeightSum. It is valid until the next step and must not be changed.
func (f *Filter) Weights() []float64 { return f.now.w }

// WeightSum returns the sum of Weights.
func (f *Filter) WeightSum() float64 { return f.now.sum }

// Ancestors returns the indices, in the cloud before the last step, that its
// particles come from; it is valid until the next step.
func (f *Filter) Ancestors() []int32 {
	if !f.resampled {
		for i := range f.ancestors {
			f.ancestors[i] = int32(i)
		}
	}
	return f.ancestors
}

// Mean returns the weighted mean of coordinate d. States of weight 0 do not count, infinite ones either.
func (f *Filter) Mean(d int) float64 {
	x, sum := f.x[d], 0.0
	for i, w := range f.now.w {
		sum += float64(w * x[i])
	}
	if math.IsNaN(sum) { // 0·Inf
		sum = 0
		for i, w := range f.now.w {
			if w > 0 {
				sum += float64(w * x[i])
			}
		}
	}
	return sum / f.now.sum
}

// Variance returns the weighted variance of coordinate d around its mean.
func (f *Filter) Variance(d int) float64 {
	x, mean, sum := f.x[d], f.Mean(d), 0.0
	for i, w := range f.now.w {
		gap := x[i] - mean
		sum += float64(w * (gap * gap))
	}
	if math.IsNaN(sum) {
		sum = 0
		for i, w := range f.now.w {
			if gap := x[i] - mean; w > 0 {
				sum += float64(w * (gap * gap))
			}
		}
	}
	return max(sum/f.now.sum, 0)
}

// SD returns the square root of Variance.
func (f *Filter) SD(d int) float64 { return math.Sqrt(f.Variance(d)) }
