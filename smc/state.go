package smc

import (
	"fmt"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// State is a filter between two steps, as plain data: what the next steps
// depend on besides the target, the key and the options.
type State struct {
	// Steps is the number of steps made.
	Steps int
	// X is the cloud, [Dim][N].
	X [][]float64
	// LogWeight is the log of each weight, the largest 0, [N].
	LogWeight []float64
	// Shift is what was taken off the log weights, and LogZ the log of the
	// evidence of past resamplings.
	Shift, LogZ float64
	// Evidence and Increment are what LogEvidence and Increment return.
	Evidence, Increment float64
}

// Save writes the filter's state to s, in the memory that s has where it fits.
func (f *Filter) Save(s *State) {
	if len(s.X) != len(f.x) || len(s.LogWeight) != f.n {
		s.X, s.LogWeight = cloud(len(f.x), f.n), make([]float64, f.n)
	}
	for d := range f.x {
		copy(s.X[d], f.x[d])
	}
	copy(s.LogWeight, f.now.log)
	s.Steps, s.Shift, s.LogZ, s.Evidence, s.Increment = f.next, f.now.shift, f.logZ, f.evidence, f.increment
}

// Load makes s the state of the filter, which then goes on as the one that
// saved it, to the last bit. The numbers of particles and coordinates must be
// the filter's. Lineage starts anew.
func (f *Filter) Load(s *State) error {
	if len(s.X) != len(f.x) || len(s.LogWeight) != f.n {
		return fmt.Errorf("smc: a state of %d particles in %d coordinates for a filter of %d in %d", len(s.LogWeight), len(s.X), f.n, len(f.x))
	}
	for d := range f.x {
		if len(s.X[d]) != f.n {
			return fmt.Errorf("smc: coordinate %d of the state has %d particles, want %d", d, len(s.X[d]), f.n)
		}
		copy(f.x[d], s.X[d])
	}
	copy(f.now.log, s.LogWeight)
	if ok, err := f.now.normalise(); err != nil || !ok {
		return fmt.Errorf("smc: the state has no weights to go on with: %w", ErrWeight)
	}
	f.now.shift += s.Shift
	f.next, f.logZ, f.evidence, f.increment = s.Steps, s.LogZ, s.Evidence, s.Increment
	f.resampled, f.err, f.before.valid = false, nil, false
	if f.lineage != nil {
		f.lineage.reset()
	}
	return nil
}

// Start puts the filter at the cloud of s, with the evidence counted from
// there: LogEvidence is 0. Where s has another number of particles than the
// filter, they are resampled with src.
func (f *Filter) Start(s *State, src *rng.Stream) error {
	if len(s.LogWeight) == f.n {
		if err := f.Load(s); err != nil {
			return err
		}
	} else {
		from := newWeights(len(s.LogWeight))
		copy(from.log, s.LogWeight)
		if ok, err := from.normalise(); err != nil || !ok {
			return fmt.Errorf("smc: the state has no weights to go on with: %w", ErrWeight)
		}
		f.resampler.Ancestors(f.ancestors, src, from.w)
		gather(f.x, s.X, f.ancestors)
		f.now.equal()
		f.next, f.resampled, f.err, f.before.valid = s.Steps, false, nil, false
	}
	f.logZ = -(f.now.shift + elem.Log(f.now.sum/float64(f.n)))
	f.evidence, f.increment = 0, 0
	return nil
}

// Shift moves the states by about delta[Dim], as the target's model does; an
// error where it cannot. Weights and evidence stay as they are.
func (f *Filter) Shift(delta []float64, src *rng.Stream) (err error) {
	defer catch(&err)
	t, ok := f.target.(shiftable)
	if !ok || len(delta) != len(f.x) {
		return fmt.Errorf("smc: a shift by %d numbers of a target of %d coordinates: the target must have the method of Shifter", len(delta), len(f.x))
	}
	t.Shift(src, f.x, delta)
	return nil
}

// shiftable is the method of Shifter for a Target.
type shiftable interface {
	Shift(src *rng.Stream, x [][]float64, delta []float64)
}

// Undo takes back the last step, once. It panics where there is none to take
// back, and for a filter with Options.Lineage.
func (f *Filter) Undo() {
	if !f.before.valid || f.lineage != nil {
		panic("smc: Undo without a step to take back, or with a lineage")
	}
	f.x, f.moved = f.moved, f.x
	f.now, f.then = f.then, f.now
	f.logZ, f.evidence, f.increment, f.resampled = f.before.logZ, f.before.evidence, f.before.increment, f.before.resampled
	f.before.valid, f.err = false, nil
	f.next--
}

// Target returns the target the filter is in.
func (f *Filter) Target() Target { return f.target }

// Key returns the key that the random numbers of the next step are named by.
func (f *Filter) Key() rng.Key { return f.key }

// Rekey gives the filter another key for the steps to come.
func (f *Filter) Rekey(key rng.Key) { f.key = key }
