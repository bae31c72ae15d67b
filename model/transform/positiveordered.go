package transform

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

type positiveOrdered struct{}

// PositiveOrdered returns the transform onto vectors with
// 0 < x₁ < x₂ < … < x_K:
//
//	x₁ = e^{u₁},  x_k = x_{k−1} + e^{u_k},  log |det dx/du| = Σ u_k.
func PositiveOrdered() Transform { return positiveOrdered{} }

func (positiveOrdered) Name() string { return "positive_ordered" }

func (t positiveOrdered) Unconstrained(shape tensor.Shape) (int, error) {
	return vectorSize(t.Name(), shape, 0)
}

func (t positiveOrdered) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	n, err := vectorSize(t.Name(), shape, 0)
	if err != nil {
		return failed(err)
	}
	if n == 0 {
		return u, expr.Const(0)
	}
	return expr.CumulativeSum(expr.Exp(u)), expr.Sum(u)
}

func (t positiveOrdered) Unconstrain(x expr.Expr) expr.Expr {
	if x.Err() != nil {
		return x
	}
	n, err := vectorSize(t.Name(), x.Shape, 0)
	if err != nil {
		return expr.Error(err)
	}
	if n < 2 {
		return expr.Log(x)
	}
	return expr.Log(expr.Concat(expr.At(x, 0), gaps(x, n)))
}
