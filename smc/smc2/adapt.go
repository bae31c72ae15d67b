package smc2

import (
	"math"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc/internal/parallel"
)

// Numbers of parameter particles at which the variance of the log evidence is
// estimated: an eighth of all, within these bounds. With 16 pairs the relative
// standard deviation is √(2/16) = 0.35.
const leastProbes, mostProbes = 4, 16

// memoryOfNoise is the weight of a new estimate of the noise against those
// before.
const memoryOfNoise = 0.3

// adapt estimates the variance of the log evidence over the observations since
// from, and grows the filters where it is above Options.Variance: to twice the
// particles and twice again until the variance, which is inverse to their
// number, would be below. With windows the variance over a window decides, and
// longer replays are chosen such that theirs stays below (base).
func (s *Sampler) adapt(key rng.Key, from *population, last *Rejuvenation) error {
	last.Variance = math.NaN()
	o := &s.options
	if o.Window == 0 && 2*s.states > o.MaxStates {
		return nil
	}
	variance, err := s.variance(key, from, last)
	if err != nil {
		return err
	}
	last.Variance = variance
	length := float64(s.steps - s.startOf(from))
	// Infinite where some filters lost all their particles.
	noise := min(variance, 100*o.Variance) / length
	if s.noise > 0 {
		noise = s.noise + float64(memoryOfNoise*(noise-s.noise))
	}
	s.noise = noise
	if o.Window > 0 {
		variance = noise * min(length, float64(o.Window))
	}
	states := s.states
	for variance > o.Variance && 2*states <= o.MaxStates {
		states *= 2
		variance /= 2
		s.noise /= 2
	}
	if states == s.states {
		return nil
	}
	s.states = states
	return s.renew(key.Child("grow"), from)
}

// variance is the mean over probes of half the squared difference of two log
// evidences. A filter whose particles all vanish makes it infinite; where both
// of a pair do, the pair says nothing.
func (s *Sampler) variance(key rng.Key, from *population, last *Rejuvenation) (float64, error) {
	n := min(max(leastProbes, len(s.theta)/8), mostProbes, len(s.theta))
	squares := make([]float64, n)
	err := parallel.Each(n, s.options.Workers, func(k, worker int) error {
		p := &s.theta[k*len(s.theta)/n]
		var pair [2]float64
		for j := range pair {
			own := key.Child("probe", uint64(k), uint64(j))
			increments, err := s.replay(s.spare[worker], p.theta, p.z, own.Child("filter"), from, own.Stream())
			if err != nil {
				return err
			}
			if increments == nil {
				pair[j] = math.Inf(-1)
			}
			for _, v := range increments {
				pair[j] += v
			}
		}
		if pair[0] != pair[1] {
			gap := pair[0] - pair[1]
			squares[k] = gap * gap / 2
		}
		return nil
	})
	sum := 0.0
	for _, v := range squares {
		sum += v
	}
	last.Replayed += 2 * n * (s.steps - s.startOf(from))
	return sum / float64(n), err
}

// renew gives each parameter particle a filter of the present number of states
// over the observations since from, and the ratio of the new evidence to the
// old for a weight, which keeps the target (Chopin, Jacob and Papaspiliopoulos
// 2013, section 3.6).
func (s *Sampler) renew(key rng.Key, from *population) error {
	start := s.startOf(from) - s.past.first
	return parallel.Each(len(s.theta), s.options.Workers, func(i, _ int) error {
		p := &s.theta[i]
		own := key.Child("particle", uint64(i))
		f, err := s.newFilter(p.theta, own)
		if err != nil {
			return err
		}
		increments, err := s.replay(f, p.theta, p.z, own.Child("filter"), from, own.Stream())
		if err != nil {
			return err
		}
		p.filter = f
		if increments == nil {
			s.logW[i] = math.Inf(-1)
			return nil
		}
		for k, v := range increments {
			s.logW[i] += v - p.increments[start+k]
		}
		copy(p.increments[start:], increments)
		return nil
	})
}
