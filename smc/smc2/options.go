package smc2

import (
	"fmt"

	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/resample"
)

// Problem is a model with unknown parameters.
type Problem = prior.Family

// Options of a Sampler. The zero value of a field is its default.
type Options struct {
	// Theta is the number of parameter particles; 400 by default. With windows
	// that go on for ever it should be 100 at least: the spread of a few would
	// wander over the generations.
	Theta int
	// States is the number of particles in each filter at first; 200 by
	// default. MaxStates bounds it when it grows; 16 times States by default.
	// MaxStates equal to States keeps it.
	States, MaxStates int
	// Window is the least number of observations that a rejuvenation looks
	// back on; 0 for all.
	Window int
	// Horizon is the largest; 8 times Window by default. Horizon equal to
	// Window keeps to windows.
	Horizon int
	// Replay bounds how far beyond Window a rejuvenation looks back: over as
	// many observations as Replay times Window for each one since the start,
	// less those of the rejuvenations before; 0.5 by default. So cost per
	// observation is bounded, and the rarer rejuvenations are, the more of the
	// data each sees.
	Replay float64
	// Stride is the number of observations between stored populations; a
	// quarter of Window by default.
	Stride int
	// Moves is the largest number of moves of each parameter particle in a
	// rejuvenation, which ends where 40 % of them have accepted one; 3 by
	// default.
	Moves int
	// Threshold is the effective sample size, as a fraction of Theta, below
	// which parameter particles are rejuvenated; 0.5 by default.
	Threshold float64
	// Variance is that of a filter's log evidence over the observations a
	// rejuvenation looks back on (Window of them where it is set), above which
	// States grows, and up to which it looks back further; 2 by default, where
	// moves do best for their cost (Doucet, Pitt, Deligiannidis and Kohn 2015:
	// standard deviations of 1.2 to 1.7).
	Variance float64
	// Filter has the options of the filters: Resampling, Threshold.
	Resampling      resample.Scheme
	FilterThreshold float64
	// Workers is the number of goroutines; 1 by default. Results do not depend
	// on it.
	Workers int
}

func (o Options) complete() (Options, error) {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	set(&o.Theta, 400)
	set(&o.States, 200)
	set(&o.MaxStates, 16*o.States)
	set(&o.Moves, 3)
	set(&o.Workers, 1)
	set(&o.Stride, max(1, o.Window/4))
	set(&o.Horizon, 8*o.Window)
	if o.Threshold == 0 {
		o.Threshold = 0.5
	}
	if o.Variance == 0 {
		o.Variance = 2
	}
	if o.Replay == 0 {
		o.Replay = 0.5
	}
	switch {
	case o.Theta < 4 || o.States < 1 || o.Moves < 1 || o.Workers < 1:
		return o, fmt.Errorf("smc2: Theta %d, States %d, Moves %d, Workers %d: want at least 4, 1, 1 and 1", o.Theta, o.States, o.Moves, o.Workers)
	case o.MaxStates < o.States:
		return o, fmt.Errorf("smc2: MaxStates %d is below States %d", o.MaxStates, o.States)
	case o.Window < 0 || o.Stride < 1:
		return o, fmt.Errorf("smc2: Window %d and Stride %d: want a window from 0 (all) and a stride from 1", o.Window, o.Stride)
	case o.Horizon < o.Window:
		return o, fmt.Errorf("smc2: Horizon %d is below Window %d", o.Horizon, o.Window)
	case !(o.Threshold > 0 && o.Threshold <= 1) || !(o.Variance > 0) || !(o.Replay >= 0):
		return o, fmt.Errorf("smc2: Threshold %v, Variance %v and Replay %v: want a fraction, a number above 0 and one from 0", o.Threshold, o.Variance, o.Replay)
	}
	return o, nil
}
