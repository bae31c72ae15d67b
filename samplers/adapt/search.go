package adapt

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// ErrImproper is returned when the energy error stays small however long the
// step: no density that can be normalised is that flat. The chain cannot go on.
var ErrImproper = errors.New("the posterior seems to be improper: give every parameter a proper prior or bounds")

// ErrNoStepSize is returned when no step is small enough. The chain cannot go on.
var ErrNoStepSize = errors.New("no step size is small enough: the density may not be continuous, or its gradient is wrong")

// longestStep is where the search gives up, as in Stan.
const longestStep = 1e7

// crossing is log 0.8, the drop of energy at which the search stops. A literal,
// since it must have the same bits everywhere.
const crossing = -0.2231435513142097557662950903098345033746

// searchStep finds a step size of the right order of magnitude: starting from
// step it doubles or halves until the acceptance probability of a single
// leapfrog step, each with a fresh momentum, crosses 0.8 (Stan's variant of
// Hoffman & Gelman 2014, algorithm 4), or the step is as long as makes sense.
func searchStep(k Tuned, src *rng.Stream, state *transition.State, step float64) (found float64, cost Cost, err error) {
	accepts := func() bool {
		drop, fault, tryErr := k.TryStep(src, state, step)
		cost.count(fault)
		err = tryErr
		return drop > crossing
	}
	doubling := accepts()
	for err == nil && accepts() == doubling && err == nil {
		if doubling {
			if step *= 2; step >= k.LongestStep() {
				return k.LongestStep(), cost, nil
			}
		} else {
			step /= 2
		}
		if err := checkStep(step, longestStep); err != nil {
			return 0, cost, err
		}
	}
	return step, cost, err
}

// checkStep tells what a step beyond all bounds means.
func checkStep(step, longest float64) error {
	if step > longest || math.IsNaN(step) {
		return fmt.Errorf("adapt: step size %g: %w", step, ErrImproper)
	}
	if step == 0 {
		return fmt.Errorf("adapt: %w", ErrNoStepSize)
	}
	return nil
}

func (c *Cost) count(fault error) {
	c.Leapfrogs++
	if fault == nil {
		return
	}
	c.Recovered++
	if c.Fault == nil {
		c.Fault = fault
	}
}
