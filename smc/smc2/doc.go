// Package smc2 learns the parameters of a state-space model together with its
// states while the data come in: a cloud of parameter particles, each with a
// particle filter of its own (SMC², Chopin, Jacob and Papaspiliopoulos 2013).
//
//	s, err := smc2.New(problem, key, smc2.Options{Theta: 400, States: 200, Window: 30})
//	for each observation:
//		err = s.Observe(obs)
//		fmt.Println(s.LogEvidence(), s.Mean("beta"), s.SD("beta"))
//
// # Rejuvenation
//
// Parameter particles are weighted by the increments of their filters'
// evidences. When too few carry the weight they are resampled and moved by
// particle marginal Metropolis–Hastings: a proposal runs a new filter over the
// data and is accepted by the ratio of evidence estimates and priors, which
// leaves the posterior invariant (Andrieu, Doucet and Holenstein 2010). Half of
// the proposals are independent draws from a Student law fitted to the
// particles, half are steps from where the particle is.
//
// # Windows
//
// With Options.Window the filter of a proposal runs over the last observations
// only, at least Window of them, so cost and memory per observation stay
// bounded for ever (compare Temfack and Wyse 2025). It starts from a stored
// population: every so often all parameter particles are kept with their
// weights and their clouds of states. At the stored time s the posterior is the
// mixture
//
//	Σ_j W_j Normal(z; a z_j + (1−a) mean, h² Cov) × (cloud of j)
//
// a kernel smoothing of the stored particles with their mean and covariance
// (Liu and West 2001), on the whole line. It takes the place of the prior: a
// proposal z draws the cloud it starts from among those that could have made
// it, and the acceptance ratio has the mixture's density and the evidence of
// the observations since s, the same ones above and below. As long as all the
// data are inside the window, the start is the model's own and the prior the
// prior's: then this is SMC² without approximation.
package smc2
