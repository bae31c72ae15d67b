// Package anneal moves a cloud of points from a law that can be drawn from to a
// posterior, through laws in between, and estimates the evidence on the way
// (sequential Monte Carlo samplers; Del Moral, Doucet and Jasra 2006).
//
// Temper raises the likelihood to a power that grows from 0 to 1, by steps as
// large as the effective sample size allows (Jasra, Stephens, Doucet and
// Tsagaris 2011). Batches adds the observations one by one and weighs the cloud
// as they come (IBIS, Chopin 2002).
//
// Between steps the points are resampled and moved by any transition kernel of
// package samplers; RandomWalk needs no gradient. With WasteFree, the default,
// a few resampled points start chains all of whose states are kept (Dau and
// Chopin 2022); else each point is moved and the places on the way are lost.
package anneal
