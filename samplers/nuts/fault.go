package nuts

import (
	"math"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// expand builds the subtree of one doubling. A panic inside becomes the outcome
// failed. The price is one deferred call per doubling, none per leapfrog.
func (s *Sampler) expand(depth int, from *Point) (added *tree, result outcome) {
	s.choice = choice{}
	if s.unprotected {
		return s.build(depth, from)
	}
	defer func() {
		if value := recover(); value != nil {
			s.fault = transition.NewPanicError(value)
			added, result = nil, failed
		}
	}()
	return s.build(depth, from)
}

// TryStep makes one leapfrog step of length step from state with a momentum
// drawn from src, for the step-size search of warmup. It returns the drop of
// the energy H0 - H', -Inf where the step leaves the support. A fault that
// Step would survive is returned as fault, with a drop of -Inf; err is any
// other error. State, step size and metric stay as they are.
func (s *Sampler) TryStep(src *rng.Stream, state *transition.State, step float64) (energyDrop float64, fault, err error) {
	s.src, s.step = src, step
	from, err := s.start(state)
	if err != nil {
		return 0, nil, err
	}
	to := s.memory.point()
	err = s.tryLeapfrog(to, from, step)
	s.src = nil
	switch {
	case err == nil:
		return from.Energy - to.Energy, nil, nil
	case !s.unprotected && transition.Recoverable(err):
		return math.Inf(-1), err, nil
	default:
		return 0, nil, err
	}
}

// tryLeapfrog is leapfrog with panics turned into errors.
func (s *Sampler) tryLeapfrog(to, from *Point, step float64) (err error) {
	if !s.unprotected {
		defer func() {
			if value := recover(); value != nil {
				err = transition.NewPanicError(value)
			}
		}()
	}
	return Leapfrog(s.target, s.metric, to, from, step)
}
