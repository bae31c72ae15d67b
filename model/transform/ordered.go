package transform

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

type ordered struct{}

// Ordered returns the transform onto vectors with x₁ < x₂ < … < x_K:
//
//	x₁ = u₁,  x_k = x_{k−1} + e^{u_k},  log |det dx/du| = Σ_{k≥2} u_k.
func Ordered() Transform { return ordered{} }

func (ordered) Name() string { return "ordered" }

func (t ordered) Unconstrained(shape tensor.Shape) (int, error) {
	return vectorSize(t.Name(), shape, 0)
}

func (t ordered) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	n, err := vectorSize(t.Name(), shape, 0)
	if err != nil {
		return failed(err)
	}
	if n < 2 {
		return u, expr.Const(0)
	}
	steps := expr.Part(u, 1, n-1)
	return expr.CumulativeSum(expr.Concat(expr.At(u, 0), expr.Exp(steps))), expr.Sum(steps)
}

func (t ordered) Unconstrain(x expr.Expr) expr.Expr {
	if x.Err() != nil {
		return x
	}
	n, err := vectorSize(t.Name(), x.Shape, 0)
	if err != nil {
		return expr.Error(err)
	}
	if n < 2 {
		return x
	}
	return expr.Concat(expr.At(x, 0), expr.Log(gaps(x, n)))
}

// gaps returns the n − 1 differences of neighbours of a vector.
func gaps(x expr.Expr, n int) expr.Expr {
	return expr.Sub(expr.Part(x, 1, n-1), expr.Part(x, 0, n-1))
}
