// Package adapt tunes a kernel during warmup: step size, metric, and the
// coordinates that the sampler moves in. A Scheme is one way to do it:
//
//   - Windowed is Stan's: step size by dual averaging, inverse metric by the
//     variances or covariances of draws from windows of growing length.
//   - Fisher chooses map and metric so that the density looks like a standard
//     normal, by the Fisher divergence: the mean of |y + ∇ log π(y)|² over the
//     draws y. It learns from gradients as well as from draws, and so from few.
//
// The kernel knows nothing of it: a scheme sees states and acceptance
// statistics, and sets step size and metric through the interface Tuned. What a
// scheme has learned is plain data that CopyFrom copies, so a chain can be set
// back to an earlier draw.
//
// Sources: Hoffman & Gelman (2014), "The No-U-Turn Sampler", sections 3.2 and
// algorithm 4 to 6; Stan Reference Manual, chapter "MCMC Sampling", section "HMC
// algorithm parameters"; Seyboldt, Carlson & Carpenter (2026), "Preconditioning
// Hamiltonian Monte Carlo by minimizing Fisher divergence", arXiv:2603.18845.
package adapt
