// Package pmcmc samples the parameters of state-space models by Markov chains
// that use particle filters (Andrieu, Doucet and Holenstein 2010).
//
// PMMH proposes parameters and accepts by the ratio of evidence estimates; with
// Options.Blocks above 1 consecutive estimates share most of their random
// numbers, so that their errors cancel in the ratio (Deligiannidis, Doucet and
// Pitt 2018; by blocks of time as in Tran, Kohn, Quiroz and Villani 2017).
//
// Gibbs alternates between a path of states given the parameters, by a
// conditional filter with ancestor sampling (Lindsten, Jordan and Schön 2014),
// and the parameters given the path.
package pmcmc
