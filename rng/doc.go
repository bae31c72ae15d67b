// Package rng gives random numbers whose values depend on their names alone.
//
// A Key is a seed and a path of labels; its Stream is a sequence of 64-bit
// words that is computed from (key, position) by the counter-based generator
// Philox4x32-10. No draw depends on which goroutine or machine asked first, so
// a parallel run equals the serial one bit for bit and a chain that restarts
// from a checkpoint continues the same draws:
//
//	key := rng.NewKey(20260101)
//	src := key.Child("chain", 3).Stream()
//	x := src.Normal()
//	n := rng.Poisson(src, 4.2)
//
// The samplers are functions of a *Stream and the parameters in Stan's order
// and scale. They use the elementary functions of package elem, and no product
// may be contracted into a fused multiply-add, so a draw has the same bits on
// every machine. Parameters outside the documented domain are a mistake of the
// calling code and panic with a message that starts with "rng: ".
//
// Counts that have an upper bound are of type int; counts without one are
// float64 values that are integers, because a heavy tail has no largest int:
// they are exact to 2^53 and have 53 significant bits above.
package rng
