package smc2

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
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
	m := &moves{from: from, fit: fit, guide: s.guide(fit, from), moved: make([]bool, len(s.theta))}
	s.resample(s.key.Child("resample", round).Stream())
	last := Rejuvenation{Observation: s.steps, Count: 1, Length: s.steps - s.startOf(from)}
	for move := 0; move < s.options.Moves && !m.refreshed(); move++ {
		if err := s.moveAll(s.key.Child("move", round, uint64(move)), m, &last); err != nil {
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
	p.fold = o.fold
	p.increments = append(p.increments[:0], o.increments...)
	o.filter.Save(state)
	p.filter.Retarget(o.filter.Target())
	if err := p.filter.Load(state); err != nil {
		panic("smc2: " + err.Error()) // both are filters of one sampler
	}
}

// moves is what the moves of a rejuvenation share.
type moves struct {
	from  *population
	fit   *proposals
	guide *surrogate // nil for proposals by fit alone
	moved []bool     // whether each particle has accepted a proposal
}

// enoughMoved is the share of particles that have moved at which a
// rejuvenation ends. When it begins about half of them are copies.
const enoughMoved = 0.4

// refreshed reports whether enough particles have moved. To ask it of all
// together leaves the moves of each as they are up to what a single one adds to
// the whole, as the learning of proposals from the particles does.
func (m *moves) refreshed() bool {
	n := 0
	for _, did := range m.moved {
		if did {
			n++
		}
	}
	return float64(n) >= enoughMoved*float64(len(m.moved))
}

// outcome is what a move did.
type outcome struct {
	accepted bool
	seen     evaluation
}

// moveAll moves every particle once.
func (s *Sampler) moveAll(key rng.Key, m *moves, r *Rejuvenation) error {
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
	if m.guide != nil && !m.guide.learn() {
		m.guide = nil
	}
	err := parallel.Each(len(s.theta), s.options.Workers, func(i, worker int) (err error) {
		done[i], err = s.move(i, key.Child("particle", uint64(i)), m, &s.spare[worker])
		return err
	})
	r.Proposed += len(done)
	r.Replayed += len(done) * (s.steps - s.startOf(m.from))
	accepted := 0
	for i, o := range done {
		if o.accepted {
			accepted++
			m.moved[i] = true
		}
	}
	r.Accepted += accepted
	if m.guide != nil {
		m.guide.take(done)
		if float64(accepted) < leastGuided*float64(len(done)) {
			m.guide = nil
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
func (s *Sampler) move(i int, key rng.Key, m *moves, spare **smc.Filter) (o outcome, err error) {
	p := &s.theta[i]
	src := key.Stream()
	z, theta := make([]float64, len(p.z)), make([]float64, len(p.z))
	logRatio := m.propose(z, p, src)
	logPrior := s.logPrior(theta, z, m.from)
	if math.IsInf(logPrior, -1) || math.IsNaN(logPrior) {
		return o, nil
	}
	logRatio += logPrior - s.logPrior(make([]float64, len(z)), p.z, m.from)
	logU := elem.Log(src.Float64())
	f := *spare
	increments, err := s.replay(f, theta, z, key.Child("filter"), m.from, src)
	if err != nil || increments == nil {
		return o, err
	}
	start := s.startOf(m.from) - s.past.first
	if m.guide != nil {
		o.seen = m.guide.evaluate(z, logPrior, increments, p.fold)
	}
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

// propose writes a proposal for p to next, and returns log q(p.z | next) −
// log q(next | p.z).
func (m *moves) propose(next []float64, p *particle, src *rng.Stream) float64 {
	if m.guide != nil {
		return m.guide.propose(next, p.z, p.fold, src)
	}
	return m.fit.propose(next, p.z, src)
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
