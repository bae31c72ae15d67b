package smc2

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/parallel"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/tensor"
)

// Sampler is the joint cloud of parameters and states. One goroutine uses it.
type Sampler struct {
	problem Problem
	options Options
	key     rng.Key

	steps  int // observations taken
	states int // particles per filter
	past   past
	theta  []particle
	logW   []float64 // log weights of the parameter particles, up to a constant
	spare  []*smc.Filter

	stored   []*population // oldest first
	credit   float64       // observations that a rejuvenation may look back on
	noise    float64       // variance of the log evidence per observation, about; 0 before the first estimate
	evidence float64
	last     Rejuvenation
	total    Rejuvenation
}

// Rejuvenation tells of one, or of all together.
type Rejuvenation struct {
	// Observation is the number of the observation, from 1, after which it
	// was; of the last one in a total.
	Observation int
	// Count is the number of rejuvenations.
	Count int
	// Proposed and Accepted count moves, Replayed the observations each
	// proposal's filter ran over.
	Proposed, Accepted, Replayed int
	// Length is the number of observations that the last one looked back on.
	Length int
	// Variance is that of the log evidence over the observations replayed, as
	// estimated after the last rejuvenation; NaN where States cannot grow.
	Variance float64
	// States is the number of particles of each filter afterwards.
	States int
}

// AcceptRate is the share of accepted proposals, NaN before the first.
func (r *Rejuvenation) AcceptRate() float64 { return float64(r.Accepted) / float64(r.Proposed) }

// particle is a point of the parameter space with its filter.
type particle struct {
	z, theta []float64
	filter   *smc.Filter
	// increments are those of the filter's log evidence since the first
	// observation of Sampler.past.
	increments []float64
	fold       int // of the rejuvenation under way, see surrogate
}

// past is the observations that a proposal may have to run over.
type past struct {
	first int // index of the first one
	obs   []smc.Obs
}

func (p *past) at(t int) *smc.Obs { return &p.obs[t-p.first] }

// target is a model with the sampler's past for data; it never ends.
type target struct {
	smc.Model
	past *past
}

func (t *target) Init(src *rng.Stream, p *smc.Particles) error {
	return t.Model.Init(src, t.past.at(0), p)
}

func (t *target) Move(step int, src *rng.Stream, p *smc.Particles) error {
	return t.Model.Move(src, t.past.at(step), p)
}

func (t *target) LogWeight(dst []float64, step int, p *smc.Particles) error {
	return t.Model.LogWeight(dst, t.past.at(step), p)
}

func (t *target) Done(int) bool { return false }

// Shift implements smc.Shifter for models that do; others are not asked.
func (t *target) Shift(src *rng.Stream, x [][]float64, delta []float64) {
	if m, ok := smc.As[smc.Shifter](t.Model); ok {
		m.Shift(src, x, delta)
	}
}

// New draws the parameter particles from the prior.
func New(problem Problem, key rng.Key, o Options) (*Sampler, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if err := problem.Space.Validate(); err != nil {
		return nil, err
	}
	if problem.Model == nil {
		return nil, errors.New("smc2: the problem has no model")
	}
	s := &Sampler{problem: problem, options: o, key: key, states: o.States, logW: make([]float64, o.Theta)}
	s.theta = make([]particle, o.Theta)
	for i := range s.theta {
		p := &s.theta[i]
		p.z, p.theta = make([]float64, len(problem.Space)), make([]float64, len(problem.Space))
		problem.Space.Draw(p.theta, key.Child("prior", uint64(i)).Stream())
		problem.Space.Unconstrain(p.z, p.theta)
		if p.filter, err = s.newFilter(p.theta, key.Child("filter", uint64(i))); err != nil {
			return nil, err
		}
	}
	s.spare = make([]*smc.Filter, o.Workers)
	return s, nil
}

// model returns the target of a point.
func (s *Sampler) model(theta []float64) (smc.Target, error) {
	m, err := s.problem.At(theta)
	if err != nil {
		return nil, fmt.Errorf("smc2: the model at %s: %w", s.describe(theta), err)
	}
	return &target{m, &s.past}, nil
}

func (s *Sampler) newFilter(theta []float64, key rng.Key) (*smc.Filter, error) {
	t, err := s.model(theta)
	if err != nil {
		return nil, err
	}
	return smc.NewFilter(t, key, smc.Options{Particles: s.states, Resampling: s.options.Resampling, Threshold: s.options.FilterThreshold})
}

// describe writes a point as "beta = 0.4, gamma = 0.1".
func (s *Sampler) describe(theta []float64) string {
	text := ""
	for i, p := range s.problem.Space {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s = %.4g", p.Name, theta[i])
	}
	return text
}

// Observe takes the next observation; o.Index is set by the sampler, and its
// time too where Time and Elapsed are 0. On an error the sampler stands as
// before the observation and can take another; but where Steps has grown, the
// observation was taken and the model failed at a proposal of the rejuvenation
// after it, which the error names.
func (s *Sampler) Observe(o smc.Obs) error {
	if err := s.check(&o); err != nil {
		return err
	}
	s.past.obs = append(s.past.obs, o)
	increments, err := s.stepAll()
	if err != nil {
		s.past.obs = s.past.obs[:len(s.past.obs)-1]
		return err
	}
	before := tensor.LogSumExp(s.logW)
	for i, v := range increments {
		s.theta[i].increments = append(s.theta[i].increments, v)
		s.logW[i] += v
	}
	after := tensor.LogSumExp(s.logW)
	for i := range s.logW {
		s.logW[i] -= after
	}
	s.evidence += after - before
	s.steps++
	if s.ESS() < s.options.Threshold*float64(len(s.theta)) {
		if err := s.rejuvenate(); err != nil {
			return err
		}
	}
	s.store()
	return nil
}

// check completes an observation and reports what cannot be one.
func (s *Sampler) check(o *smc.Obs) error {
	o.Index = s.steps
	if len(s.past.obs) > 0 {
		before := &s.past.obs[len(s.past.obs)-1]
		if o.Time == 0 && o.Elapsed == 0 {
			o.Elapsed = 1
			o.Time = before.Time + 1
		}
		if !(o.Time > before.Time) {
			return fmt.Errorf("smc2: observation %d is at time %v after %v: times must increase", s.steps+1, o.Time, before.Time)
		}
		if len(o.Y) != len(before.Y) {
			return fmt.Errorf("smc2: observation %d has %d numbers, the ones before have %d", s.steps+1, len(o.Y), len(before.Y))
		}
		o.Elapsed = o.Time - before.Time
	} else if o.Time == 0 && o.Elapsed == 0 {
		o.Time, o.Elapsed = 1, 1
	}
	o.Y, o.Covariates = slices.Clone(o.Y), slices.Clone(o.Covariates)
	return nil
}

// stepAll steps every filter and returns the increments, −Inf for a filter
// whose particles all vanished. On an error all filters are as before.
func (s *Sampler) stepAll() ([]float64, error) {
	increments := make([]float64, len(s.theta))
	stepped := make([]bool, len(s.theta))
	err := parallel.Each(len(s.theta), s.options.Workers, func(i, _ int) error {
		f := s.theta[i].filter
		if s.logW[i] == math.Inf(-1) { // dead since a step before
			increments[i] = math.Inf(-1)
			return nil
		}
		stepped[i] = f.Step()
		var collapse *smc.CollapseError
		switch {
		case stepped[i]:
			increments[i] = f.Increment()
		case errors.As(f.Err(), &collapse):
			increments[i] = math.Inf(-1)
			f.Retry()
		default:
			err := f.Err()
			f.Retry()
			return fmt.Errorf("smc2: parameter particle %d (%s): %w", i, s.describe(s.theta[i].theta), err)
		}
		return nil
	})
	if err == nil && !slices.ContainsFunc(increments, func(v float64) bool { return v > math.Inf(-1) }) {
		err = &CollapseError{s.steps + 1, len(s.theta), s.describe(s.theta[s.heaviest()].theta)}
	}
	if err != nil {
		for i, did := range stepped {
			if did {
				s.theta[i].filter.Undo()
			}
		}
		return nil, err
	}
	return increments, nil
}

func (s *Sampler) heaviest() (best int) {
	for i, l := range s.logW {
		if l > s.logW[best] {
			best = i
		}
	}
	return best
}

// CollapseError says that no parameter particle could have made an
// observation. The sampler stands before it.
type CollapseError struct {
	Observation int // from 1
	Theta       int
	Heaviest    string
}

func (e *CollapseError) Error() string {
	return fmt.Sprintf("smc2: observation %d has weight 0 under all %d parameter particles, the heaviest of which was %s: "+
		"check the observation, widen its law or the priors, or use more particles", e.Observation, e.Theta, e.Heaviest)
}

// Steps returns the number of observations taken.
func (s *Sampler) Steps() int { return s.steps }

// Time returns the time of the last observation, 0 before the first.
func (s *Sampler) Time() float64 {
	if len(s.past.obs) == 0 {
		return 0
	}
	return s.past.obs[len(s.past.obs)-1].Time
}

// States returns the present number of particles in each filter.
func (s *Sampler) States() int { return s.states }

// LogEvidence returns the log of the estimate of the evidence of all data.
func (s *Sampler) LogEvidence() float64 { return s.evidence }

// Space returns the parameters.
func (s *Sampler) Space() prior.Space { return s.problem.Space }

// Last returns the last rejuvenation, Total all of them.
func (s *Sampler) Last() Rejuvenation { return s.last }

// Total sums all rejuvenations.
func (s *Sampler) Total() Rejuvenation { return s.total }

// ESS returns the effective number of parameter particles.
func (s *Sampler) ESS() float64 {
	sum, squares := 0.0, 0.0
	for _, w := range s.Weights() {
		sum += w
		squares += float64(w * w)
	}
	return sum * sum / squares
}

// Weights returns the weights of the parameter particles, which sum to 1.
func (s *Sampler) Weights() []float64 {
	w := make([]float64, len(s.logW))
	total := tensor.LogSumExp(s.logW)
	for i, l := range s.logW {
		w[i] = elem.Exp(l - total)
	}
	return w
}

// Theta returns parameter particle i, which must not be changed.
func (s *Sampler) Theta(i int) []float64 { return s.theta[i].theta }

// Filter returns the filter of parameter particle i, to look at.
func (s *Sampler) Filter(i int) *smc.Filter { return s.theta[i].filter }

// Mean returns the posterior mean of parameter d.
func (s *Sampler) Mean(d int) float64 {
	sum := 0.0
	for i, w := range s.Weights() {
		sum += float64(w * s.theta[i].theta[d])
	}
	return sum
}

// SD returns the posterior standard deviation of parameter d.
func (s *Sampler) SD(d int) float64 {
	mean, sum := s.Mean(d), 0.0
	for i, w := range s.Weights() {
		gap := s.theta[i].theta[d] - mean
		sum += float64(w * (gap * gap))
	}
	return math.Sqrt(sum)
}

// Interval returns weighted quantiles of parameter d.
func (s *Sampler) Interval(d int, low, high float64) (lowValue, highValue float64) {
	points := make([]weighted, 0, len(s.theta))
	for i, w := range s.Weights() {
		points = append(points, weighted{s.theta[i].theta[d], w})
	}
	q := quantiles(points, low, high)
	return q[0], q[1]
}

// State returns the posterior mean of coordinate d of the present state, and
// two quantiles, over parameters and states.
func (s *Sampler) State(d int, low, high float64) (mean, lowValue, highValue float64) {
	var points []weighted
	for i, w := range s.Weights() {
		if w == 0 {
			continue
		}
		f := s.theta[i].filter
		for k, v := range f.Weights() {
			points = append(points, weighted{f.X(d)[k], w * v / f.WeightSum()})
		}
		mean += float64(w * f.Mean(d))
	}
	q := quantiles(points, low, high)
	return mean, q[0], q[1]
}

// weighted is a number with a weight.
type weighted struct{ value, weight float64 }

// quantiles sorts points, whose weights sum to 1, and returns the least values
// whose cumulated weight reaches each of the rising probabilities.
func quantiles(points []weighted, probs ...float64) []float64 {
	slices.SortFunc(points, func(a, b weighted) int { return cmp.Compare(a.value, b.value) })
	out := make([]float64, len(probs))
	k, cumulated := 0, points[0].weight
	for j, p := range probs {
		for k < len(points)-1 && cumulated < p {
			k++
			cumulated += points[k].weight
		}
		out[j] = points[k].value
	}
	return out
}
