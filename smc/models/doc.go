// Package models holds state-space models ready for the filters of package
// smc, each a struct of its parameters:
//
//	LinearGaussian        vectors that move and are seen through matrices
//	StochasticVolatility  a wandering log variance
//	FiniteHMM             finitely many states with any emission
//	Switching             linear Gaussian with a regime that changes
//	OrnsteinUhlenbeck     a diffusion seen at any times
//	Compartments          epidemics and the like: exact binomial transitions
//
// All take a missing observation as one that says nothing.
package models
