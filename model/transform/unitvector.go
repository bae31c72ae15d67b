package transform

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

type unitVector struct{}

// UnitVector returns the transform onto vectors of length 1: the direction of
// K unconstrained numbers (Marsaglia 1972). It is not one-to-one: instead of a
// Jacobian it has the log density of K standard normal numbers without its
// constant, under which directions are uniform:
//
//	x = u/|u|,  −|u|²/2
func UnitVector() Transform { return unitVector{} }

func (unitVector) Name() string { return "unit_vector" }

func (t unitVector) Unconstrained(shape tensor.Shape) (int, error) {
	return vectorSize(t.Name(), shape, 1)
}

func (t unitVector) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	if _, err := vectorSize(t.Name(), shape, 1); err != nil {
		return failed(err)
	}
	square := expr.Dot(u, u)
	return expr.Div(u, expr.Sqrt(square)), expr.Mul(-0.5, square)
}

// Unconstrain returns x itself, one of the points that lead to x.
func (t unitVector) Unconstrain(x expr.Expr) expr.Expr {
	if x.Err() != nil {
		return x
	}
	if _, err := vectorSize(t.Name(), x.Shape, 1); err != nil {
		return expr.Error(err)
	}
	return x
}
