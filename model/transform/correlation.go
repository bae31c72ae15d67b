package transform

import (
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// correlation maps onto correlation matrices R of K rows or onto their Cholesky
// factors.
type correlation struct{ factor bool }

// CholeskyCorr returns the transform onto the lower triangular matrices L with
// positive diagonal and rows of length 1, from K(K − 1)/2 unconstrained numbers,
// which stand row by row below the diagonal. They are hyperbolic arctangents of
// partial correlations z (Lewandowski, Kurowicka and Joe 2009):
//
//	z_ij = tanh u_ij
//	L_ij = z_ij √Π_{k<j} (1 − z_ik²),  L_ii = √Π_{k<i} (1 − z_ik²)
//	log |det dL/du| = Σ_{j<i} (1 + (i − j − 1)/2) log(1 − z_ij²)
func CholeskyCorr() Transform { return correlation{factor: true} }

// CorrMatrix returns the transform onto correlation matrices R = L·Lᵀ, with L
// as of CholeskyCorr but the unconstrained numbers column by column below the
// diagonal:
//
//	log |det dR/du| = Σ_{j<i} (1 + (K − j − 1)/2) log(1 − z_ij²),  j from 1
func CorrMatrix() Transform { return correlation{} }

func (t correlation) Name() string {
	if t.factor {
		return "cholesky_factor_corr"
	}
	return "corr_matrix"
}

func (t correlation) Unconstrained(shape tensor.Shape) (int, error) {
	n, err := squareSize(t.Name(), shape)
	if err != nil {
		return 0, err
	}
	return n * (n - 1) / 2, nil
}

func (t correlation) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	n, err := squareSize(t.Name(), shape)
	if err != nil {
		return failed(err)
	}
	if u.Err() != nil {
		return u, u
	}
	if n == 1 {
		return expr.Repeat(1, shape), expr.Const(0)
	}
	if t.factor {
		u = expr.Elements(u, columnsByRow(n))
	}
	z := expr.Tanh(u)
	// log(1 − tanh² u) = −2 log cosh u without overflow or loss near ±1.
	rest := expr.Mul(-2, expr.Add(u, expr.Sub(expr.Log1pExp(expr.Mul(-2, u)), math.Ln2)))
	columns := []expr.Expr{expr.Concat(expr.Const(1), expr.Part(z, 0, n-1))}
	left := expr.Part(rest, 0, n-1) // log of what is left of each row's length, squared
	for j, from := 1, n-1; j < n; j++ {
		length := expr.Exp(expr.Mul(0.5, left))
		below := n - 1 - j
		columns = append(columns, expr.Mul(length, expr.Concat(expr.Const(1), expr.Part(z, from, below))))
		left = expr.Add(expr.Part(left, 1, below), expr.Part(rest, from, below))
		from += below
	}
	l := lowerTriangular(columns, n)
	logJacobian = expr.Dot(t.weights(n), rest)
	if t.factor {
		return l, logJacobian
	}
	return expr.MatMul(l, expr.Transpose(l)), logJacobian
}

// weights returns the factors of log(1 − z²) in the Jacobian, column by column.
func (t correlation) weights(n int) []float64 {
	var w []float64
	for j := range n {
		for i := j + 1; i < n; i++ {
			if t.factor {
				w = append(w, 1+float64(i-j-1)/2)
			} else {
				w = append(w, 1+float64(n-j-2)/2)
			}
		}
	}
	return w
}

// Unconstrain uses that what column j leaves of the length of row i, squared,
// is the sum of the squares behind it: u = arsinh(z/√(1 − z²)) keeps its digits
// where z is close to ±1.
func (t correlation) Unconstrain(x expr.Expr) expr.Expr {
	if x.Err() != nil {
		return x
	}
	n, err := squareSize(t.Name(), x.Shape)
	if err != nil {
		return expr.Error(err)
	}
	if !t.factor {
		x = expr.Cholesky(x)
	}
	column := func(j int) expr.Expr { return expr.Part(x, j*(n+1), n-j) } // from the diagonal down
	parts := make([]expr.Expr, n-1)
	behind := expr.Square(column(n - 1))
	for j := n - 2; j >= 0; j-- {
		c := column(j)
		parts[j] = arsinh(expr.Div(expr.Part(c, 1, n-1-j), expr.Sqrt(behind)))
		if j > 0 {
			behind = expr.Add(expr.Square(c), expr.Concat(expr.Const(0), behind))
		}
	}
	if n == 1 {
		return expr.Data("", tensor.Shape{0}, nil)
	}
	u := expr.Concat(parts...)
	if t.factor {
		u = expr.Elements(u, inverse(columnsByRow(n)))
	}
	return u
}

// arsinh is the inverse of the hyperbolic sine.
func arsinh(x expr.Expr) expr.Expr {
	size, square := expr.Abs(x), expr.Square(x)
	y := expr.Log1p(expr.Add(size, expr.Div(square, expr.Add(1, expr.Sqrt(expr.Add(1, square))))))
	return expr.Where(expr.Less(x, 0), expr.Neg(y), y)
}
