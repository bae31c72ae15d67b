package nuts

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Options are the sampler's parameters, apart from step size and metric which
// warmup changes.
type Options struct {
	// MaxDepth is the largest number of doublings: at most 2^MaxDepth - 1
	// leapfrog steps per draw. 0 means 10.
	MaxDepth int
	// MaxEnergyError is the energy error above which a trajectory counts as
	// divergent. 0 means 1000, as in Stan: far from any error that a stable
	// integrator makes.
	MaxEnergyError float64
	// Integrator makes the steps of trajectories; nil means leapfrog steps.
	Integrator Integrator
	// Unprotected lets panics of the log density pass and takes every error as
	// final, to see where a fault comes from. Draws without faults are the same.
	Unprotected bool
}

// Defaults of Options.
const (
	DefaultMaxDepth       = 10
	DefaultMaxEnergyError = 1000
	// LargestDepth bounds MaxDepth: a draw of 2^30 leapfrogs takes minutes even
	// for the fastest density.
	LargestDepth = 30
)

// Sampler is the no-U-turn transition kernel. It implements transition.Kernel.
// One goroutine uses a Sampler at a time; in a steady state it does not
// allocate.
type Sampler struct {
	target transition.LogDensity
	metric Metric
	// integrator is nil if steps are leapfrogs.
	integrator Integrator
	mover      transition.Mover // nil if the target is none, or not for this metric

	stepSize       float64
	maxDepth       int
	maxEnergyError float64
	unprotected    bool

	memory     *memory
	trajectory tree
	stack      [LargestDepth + 1]tree // of build

	// What belongs to the transition under way:
	src         *rng.Stream
	step        float64 // stepSize, negative for an expansion backwards in time
	startEnergy float64
	acceptSum   float64 // sum over all steps of min(1, exp(-energy error))
	symmetric   float64 // sum over all steps of the symmetric statistic
	leapfrogs   int
	repeated    int    // of these, those that came on top of one for each step
	choice      choice // from the subtree under way
	fault       error  // set with the outcome failed
	request     transition.Request
	outcomes    []transition.Outcome // of requests
}

// New returns a sampler of target with step size 1.
func New(target transition.LogDensity, metric Metric, o Options) (*Sampler, error) {
	if target.Dim() != metric.Dim() {
		return nil, fmt.Errorf("nuts: the metric has dimension %d, the log density %d: make the metric for the density's Dim", metric.Dim(), target.Dim())
	}
	if o.MaxDepth == 0 {
		o.MaxDepth = DefaultMaxDepth
	}
	if o.MaxEnergyError == 0 {
		o.MaxEnergyError = DefaultMaxEnergyError
	}
	if o.MaxDepth < 1 || o.MaxDepth > LargestDepth {
		return nil, fmt.Errorf("nuts: tree depth %d is out of range: choose 1 to %d", o.MaxDepth, LargestDepth)
	}
	if !(o.MaxEnergyError > 0) {
		return nil, fmt.Errorf("nuts: the bound of the energy error is %g: it must be positive", o.MaxEnergyError)
	}
	s := &Sampler{
		target: target, metric: metric,
		stepSize: 1, maxDepth: o.MaxDepth, maxEnergyError: o.MaxEnergyError, unprotected: o.Unprotected,
		memory: newMemory(target.Dim()), integrator: o.Integrator,
	}
	if o.Integrator != nil {
		return s, nil
	}
	switch metric.(type) {
	case *Diag, *Rotation, *LowRank, *LowRankRotation:
		s.mover, _ = target.(transition.Mover)
	}
	return s, nil
}

// StepSize returns the length of a leapfrog step.
func (s *Sampler) StepSize() float64 { return s.stepSize }

// LongestStep returns the longest step that makes sense: LongestRotation, or +Inf
// for metrics whose steps are leapfrogs.
func (s *Sampler) LongestStep() float64 {
	switch s.metric.(type) {
	case *Rotation, *LowRankRotation:
		return LongestRotation
	}
	return math.Inf(1)
}

// SetStepSize sets the length of a step, at most LongestStep; it panics unless
// that is positive and finite.
func (s *Sampler) SetStepSize(step float64) {
	if !(step > 0) || math.IsInf(step, 1) {
		panic(fmt.Sprintf("nuts: step size %g is not positive and finite", step))
	}
	s.stepSize = min(step, s.LongestStep())
}

// SetInverseMetric passes the inverse metric on to the Metric, in its layout.
func (s *Sampler) SetInverseMetric(values []float64) error { return s.metric.SetInverse(values) }

// InverseMetric returns the inverse metric, the sampler's own memory: read only.
func (s *Sampler) InverseMetric() []float64 { return s.metric.Inverse() }

// Init implements transition.Kernel.
func (s *Sampler) Init(state *transition.State, q []float64) error {
	if len(q) != s.target.Dim() {
		return fmt.Errorf("nuts: the position has %d numbers, the log density has dimension %d", len(q), s.target.Dim())
	}
	if len(state.Q) != len(q) {
		*state = *transition.NewState(len(q))
	}
	copy(state.Q, q)
	logDensity, err := s.target.LogDensityGrad(state.Grad, state.Q)
	state.LogDensity = logDensity
	return err
}

// Step implements transition.Kernel. A fault within an expansion ends the
// trajectory like a divergence, and Info says so; the draw then comes from what
// the trajectory was before.
func (s *Sampler) Step(src *rng.Stream, state *transition.State) (transition.Info, error) {
	if s.mover != nil {
		if len(s.outcomes) == 0 {
			s.outcomes = make([]transition.Outcome, 1)
		}
		made, err := s.move(src, state, s.outcomes[:1], nil)
		if err != nil {
			return transition.Info{}, err
		}
		if made > 0 {
			return s.infoOf(&s.outcomes[0]), nil
		}
	}
	s.src = src
	path, err := s.grow(state)
	s.src = nil
	if err != nil {
		return transition.Info{}, err
	}
	draw, steps := path.sample, float64(s.leapfrogs-s.repeated)
	copy(state.Q, draw.Q)
	copy(state.Grad, draw.Grad)
	state.LogDensity = draw.LogDensity
	return transition.Info{
		StepSize:      s.stepSize,
		AcceptStat:    s.acceptSum / steps,
		SymmetricStat: s.symmetric / steps,
		Energy:        draw.Energy,
		Depth:         path.depth,
		Leapfrogs:     s.leapfrogs,
		Saturated:     path.depth == s.maxDepth,
		Divergent:     path.ended == diverging || path.ended == failed,
		Recovered:     path.ended == failed,
		Fault:         s.fault,
	}, nil
}

// path is a finished trajectory.
type path struct {
	sample *Point
	depth  int     // doublings that were accepted
	ended  outcome // of the last expansion
}

// grow draws a momentum and doubles the trajectory until a criterion ends it.
func (s *Sampler) grow(state *transition.State) (path, error) {
	start, err := s.start(state)
	if err != nil {
		return path{}, err
	}
	trajectory := &s.trajectory
	trajectory.plant(start)
	sample, total := start, weight{1, 0}
	directions := s.src.Uint64() // bit k: the expansion from depth k goes backwards
	depth := 0
	for depth < s.maxDepth {
		backward := directions>>depth&1 != 0
		s.step = s.stepSize
		if backward {
			s.step = -s.stepSize
			trajectory.reverse()
		}
		added, result := s.expand(depth, trajectory.end)
		if result == failed && (s.unprotected || !transition.Recoverable(s.fault)) {
			return path{}, s.fault
		}
		if result != complete {
			return path{sample, depth, result}, nil
		}
		depth++
		proposal := s.choice.proposal
		if s.choice.total.exceeds(total.times(s.src.Float64())) {
			sample, proposal = proposal, sample
		}
		s.memory.release(proposal)
		total = total.plus(s.choice.total)
		if s.join(trajectory, added) {
			return path{sample, depth, turning}, nil
		}
		if backward {
			trajectory.reverse()
		}
	}
	return path{sample, depth, complete}, nil
}

// start returns the first state of a trajectory, the chain's position with a
// fresh momentum, with one holder. It is an error to stand outside of the
// support, where no state could be weighed against the first.
func (s *Sampler) start(state *transition.State) (*Point, error) {
	s.memory.reset()
	s.acceptSum, s.symmetric, s.leapfrogs, s.repeated, s.fault = 0, 0, 0, 0, nil
	z := s.memory.point()
	copy(z.Q, state.Q)
	copy(z.Grad, state.Grad)
	z.LogDensity = state.LogDensity
	z.Energy = energy(s.metric.Momentum(z, s.src), z.LogDensity)
	s.startEnergy = z.Energy
	if math.IsInf(z.Energy, 1) {
		return nil, outside(z.LogDensity)
	}
	return z, nil
}

// outside is the error of a chain that stands outside of the support.
func outside(logDensity float64) error {
	return fmt.Errorf("nuts: the log density is %g where the chain stands: start it inside the support", logDensity)
}
