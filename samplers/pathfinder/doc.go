// Package pathfinder approximates a posterior by a normal distribution that it
// finds on the way to the mode: for starting points of chains, and for a first look
// that takes a few hundred gradients.
//
// # Algorithm
//
// A path climbs the log density by L-BFGS from a random point. The curvature that
// L-BFGS has seen gives at each point x of the path an estimate Σ of the inverse
// Hessian of the negative log density, and with it the normal
//
//	Normal(x + Σ ∇logDensity(x), Σ).
//
// The one with the highest evidence lower bound, estimated from a few draws, is the
// path's approximation. The mode itself is a bad guide where a density has its mass
// elsewhere, as in hierarchical models, whose density has no bound where a scale
// goes to zero; the bound passes it by, and a path ends when the bound has not risen
// for some steps. Several paths together are weighted by
// importance, which finds the better ones and corrects what normals get wrong.
//
// # Files
//
// lbfgs.go climbs, curvature.go keeps what was seen of the curvature, normal.go is
// a normal made of it, fit.go follows a path, paths.go several, weights.go weighs
// their draws.
//
// # Sources
//
// Zhang, Carpenter, Gelman & Vehtari (2022), "Pathfinder: Parallel quasi-Newton
// variational inference", JMLR 23(306), arXiv:2108.03782; Gilbert & Lemaréchal
// (1989), "Some numerical experiments with variable-storage quasi-Newton
// algorithms", eq. 4.9; Byrd, Nocedal & Schnabel (1994), "Representations of
// quasi-Newton matrices and their use in limited memory methods", theorem 2.2.
package pathfinder
