package transform

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

type sumToZero struct{}

// SumToZero returns the transform onto vectors of K elements with sum 0, from
// K − 1 unconstrained numbers, and onto matrices whose rows and columns all
// have sum 0, from one row and one column less. Both are linear and keep
// distances, so the log Jacobian is 0. For vectors the coordinates are those of
// Simplex:
//
//	z = Σ_i u_i e_i,  e_i: 1/√(i(i+1)) in the places 1 … i, −i/√(i(i+1)) in the place i + 1
//
// for matrices Z = F_n·U·F_mᵀ, where column i of F has i/√(i(i+1)) in the place i
// and −1/√(i(i+1)) in the places before it and in the last one.
func SumToZero() Transform { return sumToZero{} }

func (sumToZero) Name() string { return "sum_to_zero" }

func (t sumToZero) Unconstrained(shape tensor.Shape) (int, error) {
	if shape.Dims() != 2 {
		n, err := vectorSize(t.Name(), shape, 1)
		return max(0, n-1), err
	}
	if shape[0] < 1 || shape[1] < 1 {
		return 0, fmt.Errorf("transform %s: a matrix of shape %v; it needs at least one element", t.Name(), shape)
	}
	return (shape[0] - 1) * (shape[1] - 1), nil
}

func (t sumToZero) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	free, err := t.Unconstrained(shape)
	switch {
	case err != nil:
		return failed(err)
	case u.Err() != nil:
		return u, u
	case free == 0:
		return expr.Repeat(0, shape), expr.Const(0)
	case shape.Dims() == 2:
		inner := expr.Reshape(u, tensor.Shape{shape[0] - 1, shape[1] - 1})
		return expr.MatMul(zeroSumBasis(shape[0]), expr.MatMul(inner, expr.Transpose(zeroSumBasis(shape[1])))), expr.Const(0)
	}
	i := oneTo(free)
	w := expr.Div(u, expr.Sqrt(expr.Mul(i, expr.Add(i, 1))))
	down := expr.Concat(expr.Const(0), expr.Add(expr.CumulativeSum(w), expr.Mul(i, w)))
	return expr.Sub(expr.Sum(w), down), expr.Const(0)
}

// zeroSumBasis returns the matrix F of SumToZero with n rows.
func zeroSumBasis(n int) expr.Expr {
	f := make([]float64, n*(n-1))
	for j := range n - 1 {
		column := f[j*n : (j+1)*n]
		a := 1 / math.Sqrt(float64((j+1)*(j+2)))
		for i := range j {
			column[i] = -a
		}
		column[j], column[n-1] = float64(j+1)*a, -a
	}
	return expr.Data("", tensor.Shape{n, n - 1}, f)
}

func (t sumToZero) Unconstrain(x expr.Expr) expr.Expr {
	if x.Err() != nil {
		return x
	}
	free, err := t.Unconstrained(x.Shape)
	switch {
	case err != nil:
		return expr.Error(err)
	case free == 0:
		return expr.Data("", tensor.Shape{0}, nil)
	case x.Shape.Dims() == 2:
		u := expr.MatMul(expr.Transpose(zeroSumBasis(x.Shape[0])), expr.MatMul(x, zeroSumBasis(x.Shape[1])))
		return expr.Reshape(u, tensor.Shape{free})
	}
	i := oneTo(free)
	mean := expr.Div(expr.CumulativeSum(expr.Part(x, 0, free)), i)
	return expr.Mul(expr.Sqrt(expr.Div(i, expr.Add(i, 1))), expr.Sub(mean, expr.Part(x, 1, free)))
}
