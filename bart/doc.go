// Package bart fits Bayesian additive regression trees: an unknown function of
// many columns as a sum of small trees, with intervals and with answers to the
// question which columns matter.
//
//	y_i = g_1(x_i) + … + g_m(x_i) + ε_i,   ε_i ~ N(0, σ²/w_i)
//
// Each g_j is a tree whose leaves hold values with a normal prior. Chains draw
// from the joint posterior by Bayesian backfitting (Chipman, George and
// McCulloch 2010): tree after tree, Metropolis–Hastings proposals are judged
// by the marginal likelihood of the partial residual, then the values of the
// leaves and at last the variances are drawn from their conditional laws.
//
//	post, err := bart.Fit(ctx, data, bart.Options{Seed: 1})
//	pred, err := post.Predict(ctx, newData, bart.PredictOptions{})
//
// The same seed gives the same forests whatever the number of workers and
// whatever kernel computes the sums.
//
// # How a sweep is computed
//
// Columns are cut into codes once. Each tree keeps the leaf of every row (one
// byte a row), changed only by the moves that are accepted. One pass per tree
// takes the previous tree's new values out of the residual, adds the present
// tree's old ones, sums what is left by leaf, and sums the left children of
// the splits that are going to be proposed, which can be drawn beforehand
// because they do not depend on the residual. Kernel is the contract of that pass.
package bart
