package transform

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

type identity struct{}

// Identity returns the transform x = u of arrays of any shape.
func Identity() Transform { return identity{} }

func (identity) Name() string { return "identity" }

func (identity) Unconstrained(shape tensor.Shape) (int, error) { return shape.Size(), nil }

func (identity) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	return expr.Reshape(u, shape), expr.Const(0)
}

func (identity) Unconstrain(x expr.Expr) expr.Expr { return flat(x) }
