package smc

import (
	"fmt"

	"github.com/quatre-ppl/quatre/smc/resample"
)

// BlockSize is the number of particles that share a stream of random numbers
// and are moved by one call of the model. It is part of what names a draw.
const BlockSize = 4096

// Options of a Filter. The zero value of each field but Particles is its
// default.
type Options struct {
	// Particles is the number of particles, 1 to 2^31 − 1.
	Particles int
	// Resampling is the scheme; Systematic by default.
	Resampling resample.Scheme
	// Threshold is the effective sample size, as a fraction of Particles,
	// below which a step resamples; 0.5 by default. 1 resamples at every step,
	// a negative number at none.
	Threshold float64
	// Sort resamples particles in the order of their states, along a Hilbert
	// curve where there are several coordinates. Close random numbers then give
	// close evidences, and systematic resampling adds less noise in few
	// dimensions.
	Sort bool
	// Workers is the number of goroutines that move blocks; 1 by default.
	// Results do not depend on it.
	Workers int
	// Lineage keeps the first ancestor of each particle for the variance of
	// the evidence (Filter.RelativeVariance), and the ancestors LineageLag steps back
	// where that is above 0.
	Lineage    bool
	LineageLag int
}

// DefaultThreshold is the fraction of Options.Threshold where it is 0.
const DefaultThreshold = 0.5

func (o Options) complete() (Options, error) {
	if o.Particles < 1 || o.Particles > 1<<31-1 {
		return o, fmt.Errorf("smc: Options.Particles is %d: choose 1 to 2^31 − 1", o.Particles)
	}
	if !(o.Threshold <= 1) {
		return o, fmt.Errorf("smc: Options.Threshold is %v: choose a fraction up to 1 (always), or a negative number (never)", o.Threshold)
	}
	if o.Workers < 0 || o.LineageLag < 0 {
		return o, fmt.Errorf("smc: Options.Workers is %d and LineageLag %d: choose numbers from 0", o.Workers, o.LineageLag)
	}
	if o.Threshold == 0 {
		o.Threshold = DefaultThreshold
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	return o, nil
}
