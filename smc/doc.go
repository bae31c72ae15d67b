// Package smc estimates hidden states and evidences with clouds of weighted
// particles that move along with the data.
//
// A Target says how a cloud starts, moves and is weighted; a Filter carries it
// from observation to observation, resamples when too few particles carry the
// weight, and keeps the log evidence log p(y[1..t]) right whether or not a step
// resampled. Targets are made of a Model, three functions over whole clouds:
//
//	model := &models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}
//	filter, err := smc.NewFilter(smc.Bootstrap(model, smc.Series(y)), key, smc.Options{Particles: 1000})
//	for filter.Step() {
//		fmt.Println(filter.LogEvidence(), filter.Mean(0))
//	}
//	err = filter.Err()
//
// Subpackages hold the rest: resample the schemes, models ready-made models,
// kalman and hmm the exact answers, smooth the past given all the data, sqmc
// filters with points that fill space, anneal static posteriors, pmcmc and
// smc2 unknown parameters.
//
// # Layout
//
// A cloud is one slice of n numbers per coordinate of the state: a model's
// step over a coordinate is a loop over neighbours in memory, which can use
// vec, the fills of rng, and the vector units. Particles lie in Prev when a
// step begins and in X when it ends, so a step never overwrites what it reads,
// and a failed step leaves the filter as it was.
//
// # Random numbers
//
// A cloud is drawn in blocks of BlockSize particles, each from a stream named
// by the step and the block. So results depend on the key and the options and
// never on Workers.
package smc
