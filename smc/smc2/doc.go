// Package smc2 learns the parameters of a state-space model together with its
// states while the data come in: a cloud of parameter particles, each with a
// particle filter of its own (SMC², Chopin, Jacob and Papaspiliopoulos 2013).
//
//	s, err := smc2.New(problem, key, smc2.Options{Theta: 400, States: 200, Window: 30})
//	for each observation:
//		err = s.Observe(obs)
//		fmt.Println(s.LogEvidence(), s.Mean(0), s.SD(0))
//
// # Rejuvenation
//
// Parameter particles are weighted by the increments of their filters'
// evidences. When too few carry the weight they are resampled and moved by
// particle marginal Metropolis–Hastings: a proposal runs a new filter over the
// data and is accepted by the ratio of evidence estimates and priors, which
// leaves the posterior invariant (Andrieu, Doucet and Holenstein 2010). What the
// evidences of all particles and proposals say about the shape of the posterior
// goes into a polynomial; a proposal is the end of a chain of ten cheap moves
// over that surrogate, so that little more than the noise of the evidence is
// left to reject it. Half of the cheap moves are independent draws from a
// Student law fitted to the particles, half are steps from where the particle
// is; where there are too few particles for a polynomial, or it turns out
// useless, they are the proposals. A rejuvenation ends when 40 % of the
// particles have moved, or after Options.Moves.
//
// The number of states of each filter grows where the variance of the log
// evidence, estimated from pairs of filters at some of the particles, asks for
// it (Options.Variance).
//
// # Windows
//
// With Options.Window cost and memory per observation stay bounded for ever
// (compare Temfack and Wyse 2025). The filter of a proposal then runs over the
// last observations only: at least Window of them, and over as many more, up to
// Horizon, as a budget per observation pays for (Options.Replay). Rejuvenations
// that are rare, as they are once the parameters are known well, so see most of
// the data or all.
//
// A proposal starts from a stored population: every so often all parameter
// particles are kept with their weights and their clouds of states. At the
// stored time the law of the parameters is taken to be the mixture
//
//	Σ_j W_j Normal(z; a z_j + (1−a) mean, h² Cov)
//
// a kernel smoothing of the stored particles with their mean and covariance
// (Liu and West 2001), on the whole line. It takes the place of the prior. The
// states are those of the stored particle nearest to z, moved by the slope of
// the states' means on the parameters times what z differs from it (models
// that implement smc.Shifter). The acceptance ratio has the mixture's density
// and the evidence of the observations since then, the same ones above and
// below. As long as proposals start from the model's own start this is SMC²
// without approximation.
//
// The smoothing is the only approximation. It lets parameters that the whole
// series would tie to each other drift a little with each rejuvenation, which
// matters where the data contradict the model: there short windows follow the
// recent data.
package smc2
