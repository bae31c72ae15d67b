package transform

import (
	"fmt"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// squareSize returns the rows of a shape that must be a square matrix of at
// least one row.
func squareSize(name string, shape tensor.Shape) (int, error) {
	if shape.Dims() != 2 || shape[0] != shape[1] {
		return 0, fmt.Errorf("transform %s: shape %v; it works on one square matrix at a time", name, shape)
	}
	if shape[0] < 1 {
		return 0, fmt.Errorf("transform %s: a matrix of 0 rows; it needs at least 1", name)
	}
	return shape[0], nil
}

// lowerTriangular returns the square matrix of n rows whose lower triangle has
// the given columns one after the other, each from its diagonal element down;
// above the diagonal there are zeros.
func lowerTriangular(columns []expr.Expr, n int) expr.Expr {
	at := make([]int, 0, n*n)
	next := 1 // element 0 is the zero
	for j := range n {
		for i := range n {
			if i < j {
				at = append(at, 0)
				continue
			}
			at = append(at, next)
			next++
		}
	}
	elements := expr.Concat(append([]expr.Expr{expr.Const(0)}, columns...)...)
	return expr.Reshape(expr.Elements(elements, at), tensor.Shape{n, n})
}

// columnsByRow returns, for the strict lower triangle of n rows counted column
// by column, each element's place where it is counted row by row.
func columnsByRow(n int) []int {
	at := make([]int, 0, n*(n-1)/2)
	for j := range n {
		for i := j + 1; i < n; i++ {
			at = append(at, i*(i-1)/2+j)
		}
	}
	return at
}

// inverse returns the inverse of a permutation.
func inverse(at []int) []int {
	out := make([]int, len(at))
	for i, k := range at {
		out[k] = i
	}
	return out
}

// elements is expr.Elements, which a list of none has too.
func elements(x expr.Expr, at []int) expr.Expr {
	if len(at) == 0 {
		return expr.Data("", tensor.Shape{0}, nil)
	}
	return expr.Elements(x, at)
}
