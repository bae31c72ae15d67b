package smc2

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/dense"
	"github.com/quatre-ppl/quatre/smc/internal/parallel"
	"github.com/quatre-ppl/quatre/smc/resample"
)

// rejuvenate resamples the parameter particles and moves them.
func (s *Sampler) rejuvenate() error {
	round := uint64(s.total.Count)
	from := s.base()
	fit, err := s.fit()
	if err != nil {
		return err
	}
	s.resample(s.key.Child("resample", round).Stream())
	last := Rejuvenation{Observation: s.steps, Count: 1, Length: s.steps - s.startOf(from)}
	for move := range s.options.Moves {
		key := s.key.Child("move", round, uint64(move))
		if err := s.moveAll(key, from, fit, &last); err != nil {
			return err
		}
	}
	if err := s.adapt(s.key.Child("states", round), from, &last); err != nil {
		return err
	}
	s.pay(from)
	last.States = s.states
	s.last = last
	s.total.Observation, s.total.Count, s.total.States = s.steps, s.total.Count+1, s.states
	s.total.Length, s.total.Variance = last.Length, last.Variance
	s.total.Proposed += last.Proposed
	s.total.Accepted += last.Accepted
	s.total.Replayed += last.Replayed
	return nil
}

// resample makes all weights equal.
func (s *Sampler) resample(src *rng.Stream) {
	ancestors := make([]int32, len(s.theta))
	r := resample.Resampler{Scheme: resample.Systematic}
	r.Ancestors(ancestors, src, s.Weights())
	// A particle that goes on stays in its place, so that only those that
	// replace a lost one are copied.
	taken := make([]bool, len(s.theta))
	var copies []int32
	for _, a := range ancestors {
		if taken[a] {
			copies = append(copies, a)
		}
		taken[a] = true
	}
	var state smc.State
	for i := range s.theta {
		if !taken[i] {
			s.theta[i].copyFrom(&s.theta[copies[0]], &state)
			copies = copies[1:]
		}
		s.logW[i] = -elem.Log(float64(len(s.theta)))
	}
}

// copyFrom makes p a copy of o; state is scratch. The two go on with the same
// states and then with streams of their own: those of a filter are named by
// the particle's place.
func (p *particle) copyFrom(o *particle, state *smc.State) {
	copy(p.z, o.z)
	copy(p.theta, o.theta)
	p.increments = append(p.increments[:0], o.increments...)
	o.filter.Save(state)
	p.filter.Retarget(o.filter.Target())
	if err := p.filter.Load(state); err != nil {
		panic("smc2: " + err.Error()) // both are filters of one sampler
	}
}

// proposals is what the moves of a rejuvenation propose from: the mean and the
// root of the covariance of the weighted particles on the whole line.
type proposals struct {
	mean []float64
	root [][]float64
}

// freedom is the degrees of freedom of the independent proposals: heavier tails
// than those of a posterior that is nearly normal.
const freedom = 7

// fit learns the proposals: from a covariance as much wider as the stored
// populations are (snapshot), so that moves can find again the spread that a
// resampling has lost.
func (s *Sampler) fit() (*proposals, error) {
	d := len(s.problem.Space)
	points := make([][]float64, len(s.theta))
	for i := range points {
		points[i] = s.theta[i].z
	}
	f := &proposals{make([]float64, d), dense.New(d, d)}
	dense.Moments(f.mean, f.root, points, s.Weights(), 1)
	spread := 1 + float64(d+2)/s.distinct(s.Weights())
	for k := range d {
		for l := range d {
			f.root[k][l] *= spread
		}
		// A floor far below the prior's scale keeps a root where few distinct
		// particles are left.
		f.root[k][k] += 1e-8
	}
	if !dense.Cholesky(f.root, f.root) {
		return nil, fmt.Errorf("smc2: observation %d: the covariance of the parameter particles is not finite: use more of them", s.steps)
	}
	return f, nil
}

// propose writes a proposal from z to next, and returns log q(z | next) −
// log q(next | z).
func (f *proposals) propose(next, z []float64, src *rng.Stream) float64 {
	d := len(z)
	noise := make([]float64, d)
	src.FillNormal(noise)
	if src.Float64() < 0.5 {
		scale := 2.38 / math.Sqrt(float64(d)) // Roberts, Gelman and Gilks 1997
		f.apply(next, z, noise, scale)
		return 0
	}
	scale := math.Sqrt(freedom / rng.ChiSquare(src, freedom))
	f.apply(next, f.mean, noise, scale)
	return f.logStudent(z) - f.logStudent(next)
}

// apply writes from + scale·root·noise to next.
func (f *proposals) apply(next, from, noise []float64, scale float64) {
	for i := range next {
		v := 0.0
		for j := range i + 1 {
			v += float64(f.root[i][j] * noise[j])
		}
		next[i] = from[i] + float64(scale*v)
	}
}

// logStudent is the log density of the independent proposals, up to a
// constant.
func (f *proposals) logStudent(z []float64) float64 {
	gap := make([]float64, len(z))
	for i := range z {
		gap[i] = z[i] - f.mean[i]
	}
	dense.Solve(f.root, gap)
	sum := 0.0
	for _, v := range gap {
		sum += float64(v * v)
	}
	return -0.5 * (freedom + float64(len(z))) * elem.Log1p(sum/freedom)
}

// outcome is what a move did.
type outcome struct{ proposed, accepted bool }

// moveAll moves every particle once.
func (s *Sampler) moveAll(key rng.Key, from *population, fit *proposals, r *Rejuvenation) error {
	done := make([]outcome, len(s.theta))
	for w := range s.spare {
		if s.spare[w] == nil || s.spare[w].N() != s.states {
			f, err := s.newFilter(s.theta[0].theta, key)
			if err != nil {
				return err
			}
			s.spare[w] = f
		}
	}
	err := parallel.Each(len(s.theta), s.options.Workers, func(i, worker int) (err error) {
		done[i], err = s.move(i, key.Child("particle", uint64(i)), from, fit, &s.spare[worker])
		return err
	})
	start := s.startOf(from)
	for _, o := range done {
		if o.proposed {
			r.Proposed++
			r.Replayed += s.steps - start
		}
		if o.accepted {
			r.Accepted++
		}
	}
	return err
}

// startOf is the index of the first observation that a proposal runs over.
func (s *Sampler) startOf(from *population) int {
	if from == nil {
		return 0
	}
	return from.steps
}

// move is one step of particle marginal Metropolis–Hastings for particle i. An
// accepted proposal's filter changes places with spare.
func (s *Sampler) move(i int, key rng.Key, from *population, fit *proposals, spare **smc.Filter) (o outcome, err error) {
	p := &s.theta[i]
	src := key.Stream()
	z, theta := make([]float64, len(p.z)), make([]float64, len(p.z))
	o.proposed = true
	logRatio := fit.propose(z, p.z, src)
	logPrior := s.logPrior(theta, z, from)
	if math.IsInf(logPrior, -1) || math.IsNaN(logPrior) {
		return o, nil
	}
	logRatio += logPrior - s.logPrior(make([]float64, len(z)), p.z, from)
	logU := elem.Log(src.Float64())
	f := *spare
	increments, err := s.replay(f, theta, z, key.Child("filter"), from, src)
	if err != nil || increments == nil {
		return o, err
	}
	start := s.startOf(from) - s.past.first
	for k, v := range increments {
		logRatio += v - p.increments[start+k]
	}
	if !(logU < logRatio) {
		return o, nil
	}
	o.accepted = true
	*spare, p.filter = p.filter, f
	copy(p.z, z)
	copy(p.theta, theta)
	copy(p.increments[start:], increments)
	return o, nil
}

// logPrior is the log density at z, whose point it writes to theta, of what was
// known at the start of the replay.
func (s *Sampler) logPrior(theta, z []float64, from *population) float64 {
	logPrior := s.problem.Space.LogDensityAt(theta, z)
	if from == nil || math.IsInf(logPrior, -1) {
		return logPrior
	}
	return from.logDensity(z)
}

// replay runs a filter of the point theta over the observations since from, and
// returns the increments; nil where its particles all vanished.
func (s *Sampler) replay(f *smc.Filter, theta, z []float64, key rng.Key, from *population, src *rng.Stream) ([]float64, error) {
	t, err := s.model(theta)
	if err != nil {
		return nil, err
	}
	f.Reset(t, key)
	start := 0
	if from != nil {
		start = from.steps
		if err := from.start(f, z, src); err != nil {
			return nil, err
		}
	}
	increments := make([]float64, 0, s.steps-start)
	for range s.steps - start {
		if !f.Step() {
			if _, vanished := f.Err().(*smc.CollapseError); vanished {
				return nil, nil
			}
			return nil, fmt.Errorf("smc2: proposal %s: %w", s.describe(theta), f.Err())
		}
		increments = append(increments, f.Increment())
	}
	return increments, nil
}
