// Package check is what the tests of all packages share: tolerances by class
// instead of literals, slices with guard cells, finite differences, and
// statistical tests that return p-values.
package check

import (
	"fmt"
	"math"
)

// Class says how far a result may be from what is wanted. The classes below
// are the only ones; Loosened is the way out and asks for the cause.
//
// In every class NaN is close to NaN only, and an infinity to itself only.
type Class struct {
	kind  kind
	name  string
	bound float64 // in the unit of the kind
	scale float64 // relative: size that smaller values count as; sigmas: standard error
}

type kind uint8

const (
	exact kind = iota
	ulps
	relative
	sigmas
)

var (
	// Exact asks for the same bits, so that 0 and −0 differ; NaNs are equal.
	// For random draws, indices, integers, and one program on two backends.
	Exact = Class{name: "exact"}

	// Rel allows a relative error of 1e-10, for float64 reductions whose
	// order of summation differs.
	Rel = Class{kind: relative, name: "relative", bound: 1e-10}

	// FD allows 1e-6 of max(1, |want|), for gradients against finite
	// differences.
	FD = Class{kind: relative, name: "finite difference", bound: 1e-6, scale: 1}

	// F32 allows a relative error of 1e-4, for float32 arithmetic.
	F32 = Class{kind: relative, name: "float32", bound: 1e-4}
)

// ULP allows k steps between neighbouring float64 values, k ≤ 32, for
// elementwise functions. It panics for other k.
func ULP(k int) Class {
	if k < 0 || k > 32 {
		panic(fmt.Sprintf("check: %d ulp, want 0 to 32", k))
	}
	return Class{kind: ulps, name: "ulp", bound: float64(k)}
}

// Z allows a number of standard errors, for Monte Carlo estimates; mcse is the
// standard error of the difference. At 4 of them a right estimate fails with
// probability 6.3e-5.
func Z(count, mcse float64) Class {
	return Class{kind: sigmas, name: fmt.Sprintf("standard errors of %.4g", mcse), bound: count, scale: mcse}
}

// Scaled makes a relative class count values below size as that large. It is
// for sums that cancel, where the rounding error is relative to the terms. It
// panics for classes that are not relative.
func (c Class) Scaled(size float64) Class {
	if c.kind != relative {
		panic("check: Scaled of class " + c.name + ", which is not relative")
	}
	c.scale = size
	return c
}

// Loosened multiplies the bound. The cause says why this result cannot keep
// the bound of its class, and is printed when a comparison fails all the same.
// It panics for Exact, which has none.
func (c Class) Loosened(factor float64, cause string) Class {
	if c.kind == exact {
		panic("check: Exact cannot be loosened, choose ULP")
	}
	c.bound *= factor
	c.name += " (loosened because " + cause + ")"
	return c
}

// Accepts reports whether got is as close to want as the class asks.
func (c Class) Accepts(got, want float64) bool {
	if math.IsNaN(got) || math.IsNaN(want) {
		return math.IsNaN(got) && math.IsNaN(want)
	}
	if math.IsInf(got, 0) || math.IsInf(want, 0) {
		return got == want
	}
	switch c.kind {
	case ulps:
		return ulpDistance(got, want) <= uint64(c.bound)
	case relative:
		size := max(math.Abs(got), math.Abs(want), c.scale)
		// Halving keeps the difference of two huge values from overflowing.
		return math.Abs(got/2-want/2) <= c.bound*(size/2)
	case sigmas:
		return math.Abs(got-want) <= c.bound*c.scale
	default:
		return math.Float64bits(got) == math.Float64bits(want)
	}
}

// String names the class and its bound.
func (c Class) String() string {
	if c.kind == exact {
		return "exact"
	}
	return fmt.Sprintf("within %.4g %s", c.bound, c.name)
}

// ulpDistance returns the number of steps between neighbouring float64 values
// from a to b, with one zero only.
func ulpDistance(a, b float64) uint64 {
	x, y := ordered(a), ordered(b)
	if x > y {
		x, y = y, x
	}
	return uint64(y) - uint64(x)
}

// ordered maps float64 values to integers in the same order, both zeros to 0.
func ordered(x float64) int64 {
	b := int64(math.Float64bits(x))
	if b < 0 {
		return math.MinInt64 - b
	}
	return b
}
