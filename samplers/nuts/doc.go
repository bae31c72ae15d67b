// Package nuts is the no-U-turn sampler: Hamiltonian Monte Carlo whose
// trajectories grow by doubling until they turn back, with multinomial
// sampling of the draw.
//
// # Algorithm
//
// A transition draws a momentum p ~ Normal(0, M), then doubles a trajectory of
// leapfrog steps forwards or backwards in time at random. A state z of the
// trajectory has weight exp(H0 - H(z)), where
//
//	H(q, p) = -logDensity(q) + ½ pᵀ M⁻¹ p.
//
// Within the subtree that a doubling adds, a proposal is drawn by weight
// (uniform progressive sampling); between the old trajectory and the subtree
// the proposal is taken with probability min(1, W_new / W_old) (biased
// progressive sampling; Betancourt 2017, appendix A.3.2). Growth ends
// when the generalised U-turn criterion fails, when a state's energy error
// exceeds a bound (a divergence), or at the largest depth. A subtree that
// turns or diverges within itself is discarded whole, as reversibility demands.
//
// Sources: Hoffman & Gelman (2014), "The No-U-Turn Sampler", JMLR 15; Betancourt
// (2017), "A Conceptual Introduction to Hamiltonian Monte Carlo",
// arXiv:1701.02434.
//
// # Files
//
// point.go is a point of phase space and the memory it lives in; metric.go and the
// files that begin with it are the kinetic energies, with directions.go for those of
// low rank; leapfrog.go one step; uturn.go the criterion; weight.go sums of weights that cannot overflow;
// choice.go the proposal of a subtree; tree.go a subtree; nuts.go the transition;
// fault.go what happens to panics.
//
// # Reproducibility
//
// Every sum runs in index order, products are rounded before they are added,
// and exponentials come from package elem: a transition gives the same bits on
// every machine.
package nuts
