//go:build !amd64

package interp

import "github.com/quatre-ppl/quatre/graph/ir"

const vectors = false

func addAVX2(dst, x, y *float64, n int) {}

func subAVX2(dst, x, y *float64, n int) {}

func mulAVX2(dst, x, y *float64, n int) {}

func divAVX2(dst, x, y *float64, n int) {}

func sumAVX2(acc *[ir.Lanes]float64, x *float64, groups int) {}

func rowDotAVX2(dst *float64, n int, matrix *float64, stride int, vector *float64, cols int) {}

func rowAxpyAVX2(acc *[ir.Lanes]float64, matrix *float64, stride int, x *float64, groups, cols int) {}
