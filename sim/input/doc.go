// Package input offers the random inputs of simulations: distributions,
// empirical data, traces, non-homogeneous Poisson processes, correlated
// sequences, and the fitting of distributions to data.
package input
