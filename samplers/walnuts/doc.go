// Package walnuts is the within-orbit adaptive leapfrog no-U-turn sampler: NUTS
// whose trajectories step as finely as each place asks for, for posteriors with
// scales that change from place to place.
//
// # Algorithm
//
// A trajectory consists of macro steps over the time h, the sampler's step size.
// Each is made of n leapfrog steps of length h/n, n the smallest of 1, 2, 4, ...
// for which the energy stays within a range of MaxError on the way:
//
//	max H(z_i) - min H(z_i) <= MaxError,   z_0, ..., z_n.
//
// The range does not depend on the direction of time, so the way back with the
// same n keeps to it too; but a smaller n might do from the other end, and then
// the step of opposite sign would not lead back. Such a step ends the trajectory,
// as a turn does, and all of the doubling in which it lies is discarded. Whatever
// state of the remaining trajectory a transition had begun at, it would have found
// the same trajectory with the same probability, so draws by weight exp(-H) are
// in detailed balance with the target, as in package nuts.
//
// An attempt ends as soon as its range is too wide, so that a step that is far too
// long costs one gradient before it is halved.
//
// # Sources
//
// Bou-Rabee, Carpenter, Kleppe & Liu (2025), "The Within-Orbit Adaptive Leapfrog
// No-U-Turn Sampler", arXiv:2506.18746: the version whose n is not random. There,
// states behind a step that does not lead back have the weight zero; ending the
// trajectory saves their gradients.
package walnuts
