package check

import (
	"fmt"
	"math"
)

// Relative steps that balance truncation against rounding: ε^(1/3) for an
// error of order h², ε^(1/5) for one of order h⁴, with ε = 2^-52.
var (
	centralStep    = math.Pow(0x1p-52, 1.0/3)
	richardsonStep = math.Pow(0x1p-52, 1.0/5)
)

// CentralDifferences writes the gradient of f at x into dst by
//
//	(f(x + h e_i) − f(x − h e_i)) / 2h,  h = 2^(-52/3) max(1, |x_i|).
//
// The error is about ε^(2/3) where f, its derivatives and x are of order 1. x
// is changed while f runs and restored. It panics if the lengths differ.
func CentralDifferences(dst, x []float64, f func(x []float64) float64) {
	eachCoordinate(dst, x, func(i int) float64 {
		return central(x, i, centralStep*max(1, math.Abs(x[i])), f)
	})
}

// Richardson is CentralDifferences extrapolated from the steps h and h/2,
//
//	(4 D(h/2) − D(h)) / 3,  h = 2^(-52/5) max(1, |x_i|),
//
// with an error of about ε^(4/5) and, through the wider step, a hundred times
// less noise where f is large beside its gradient.
func Richardson(dst, x []float64, f func(x []float64) float64) {
	eachCoordinate(dst, x, func(i int) float64 {
		h := richardsonStep * max(1, math.Abs(x[i]))
		return (4*central(x, i, h/2, f) - central(x, i, h, f)) / 3
	})
}

// Gradient compares got, a gradient of f at x, with Richardson differences
// element by element; class is FD unless f is rough. It returns whether all
// elements are close.
func Gradient(t TB, got, x []float64, f func(x []float64) float64, class Class, msg ...any) bool {
	t.Helper()
	want := make([]float64, len(x))
	Richardson(want, x, f)
	return CloseSlice(t, got, want, class, msg...)
}

func eachCoordinate(dst, x []float64, derivative func(i int) float64) {
	if len(dst) != len(x) {
		panic(fmt.Sprintf("check: gradient of length %d at a point of length %d", len(dst), len(x)))
	}
	for i := range x {
		dst[i] = derivative(i)
	}
}

// central divides by the step that was taken after rounding.
func central(x []float64, i int, h float64, f func(x []float64) float64) float64 {
	centre := x[i]
	defer func() { x[i] = centre }()
	above, below := centre+h, centre-h
	x[i] = above
	up := f(x)
	x[i] = below
	return (up - f(x)) / (above - below)
}
