package transform

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

type simplex struct{}

// Simplex returns the transform onto vectors of K positive elements with sum
// 1, from K − 1 unconstrained numbers: the softmax of a point of the plane
// Σ z_k = 0 whose coordinates in an orthonormal basis are u, that is, the
// inverse of an isometric log-ratio (Egozcue et al. 2003). The basis has
// the vectors e_i with 1/√(i(i+1)) in the places 1 … i and −i/√(i(i+1)) in the
// place i + 1, as in Stan since 2.37:
//
//	z = Σ_i u_i e_i,  log x = z − log Σ e^z
//	log |det dx/du| = ½ log K + Σ log x_k   (of the first K − 1 elements of x)
//	u_i = √(i/(i+1)) (mean(log x_1 … log x_i) − log x_{i+1})
func Simplex() Transform { return simplex{} }

func (simplex) Name() string { return "simplex" }

func (t simplex) Unconstrained(shape tensor.Shape) (int, error) {
	n, err := vectorSize(t.Name(), shape, 1)
	if err != nil {
		return 0, err
	}
	return n - 1, nil
}

func (t simplex) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	n, err := vectorSize(t.Name(), shape, 1)
	if err != nil {
		return failed(err)
	}
	if u.Err() != nil {
		return u, u
	}
	if n == 1 {
		return expr.Repeat(1, shape), expr.Const(0)
	}
	i := oneTo(n - 1)
	w := expr.Div(u, expr.Sqrt(expr.Mul(i, expr.Add(i, 1))))
	// z without its common term Σ w, which the normalisation takes out again:
	// z_k = −Σ_{i<k} w_i − (k − 1) w_{k−1}.
	z := expr.Neg(expr.Add(expr.CumulativeSum(w), expr.Mul(i, w)))
	z = expr.Concat(expr.Const(0), z)
	logX := expr.Sub(z, expr.LogSumExp(z))
	return expr.Exp(logX), expr.Add(expr.Mul(0.5, expr.Log(float64(n))), expr.Sum(logX))
}

func (t simplex) Unconstrain(x expr.Expr) expr.Expr {
	if x.Err() != nil {
		return x
	}
	n, err := vectorSize(t.Name(), x.Shape, 1)
	if err != nil {
		return expr.Error(err)
	}
	if n == 1 {
		return expr.Data("", tensor.Shape{0}, nil)
	}
	i := oneTo(n - 1)
	logX := expr.Log(x)
	mean := expr.Div(expr.CumulativeSum(expr.Part(logX, 0, n-1)), i)
	return expr.Mul(expr.Sqrt(expr.Div(i, expr.Add(i, 1))), expr.Sub(mean, expr.Part(logX, 1, n-1)))
}

// oneTo returns the vector 1, 2, … n, computed once when data are bound.
func oneTo(n int) expr.Expr {
	return expr.CumulativeSum(expr.Repeat(1, tensor.Shape{n}))
}
