package interp

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/internal/simd"
)

// vectors tells whether the loops below may run. They do what the loops in Go
// do, operation by operation.
var vectors = simd.AVX2()

// The elementwise operations on n elements, a multiple of four. dst may be x
// or y.
//
//go:noescape
func addAVX2(dst, x, y *float64, n int)

//go:noescape
func subAVX2(dst, x, y *float64, n int)

//go:noescape
func mulAVX2(dst, x, y *float64, n int)

//go:noescape
func divAVX2(dst, x, y *float64, n int)

// sumAVX2 adds groups > 0 of ir.Lanes elements to the lanes.
//
//go:noescape
func sumAVX2(acc *[ir.Lanes]float64, x *float64, groups int)

// rowDotAVX2 multiplies n rows, a multiple of four, with the vector.
//
//go:noescape
func rowDotAVX2(dst *float64, n int, matrix *float64, stride int, vector *float64, cols int)

// rowAxpyAVX2 adds the products of groups > 0 of ir.Lanes elements with those of
// each column to the column's lanes.
//
//go:noescape
func rowAxpyAVX2(acc *[ir.Lanes]float64, matrix *float64, stride int, x *float64, groups, cols int)
