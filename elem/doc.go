// Package elem holds the elementary and special functions of the engine, written
// so that every machine gets the same bits.
//
// Each function exists twice: here and, operation by operation the same, as
// qe_<name> in the C header kernels/native/elem.h, which a C compiler and the run-time
// compiler for graphics cards both accept. A test compares the two bit by bit. The
// functions of package math (and a C library's) differ from one machine to the next,
// so whatever a draw or a density depends on calls this package instead; math.Sqrt,
// math.Abs, math.Floor and math.FMA round exactly everywhere and are used freely.
//
// Rules that keep the bits: a product that is added to something is either inside
// math.FMA or wrapped in float64(...), so no compiler may fuse it on its own;
// constants are literals, never products of literals; NaNs are all the same.
package elem
