package transform

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// covariance maps onto covariance matrices or onto their Cholesky factors.
type covariance struct{ factor bool }

// CholeskyCov returns the transform onto the lower triangular matrices L with
// positive diagonal. The unconstrained numbers stand row by row; a matrix may
// have more rows than columns:
//
//	L_ij = u_ij for j < i,  L_jj = exp u_jj,  log |det dL/du| = Σ_j u_jj
func CholeskyCov() Transform { return covariance{factor: true} }

// CovMatrix returns the transform onto the positive definite matrices of K
// rows, S = L·Lᵀ with L as of CholeskyCov:
//
//	log |det dS/du| = K log 2 + Σ_j (K − j + 2) u_jj,  j from 1
func CovMatrix() Transform { return covariance{} }

func (t covariance) Name() string {
	if t.factor {
		return "cholesky_factor_cov"
	}
	return "cov_matrix"
}

// sizes returns rows and columns.
func (t covariance) sizes(shape tensor.Shape) (rows, cols int, err error) {
	if !t.factor {
		rows, err = squareSize(t.Name(), shape)
		return rows, rows, err
	}
	if shape.Dims() != 2 {
		return 0, 0, fmt.Errorf("transform %s: shape %v; it works on one matrix at a time", t.Name(), shape)
	}
	if shape[0] < shape[1] || shape[1] < 1 {
		return 0, 0, fmt.Errorf("transform %s: shape %v; it needs a column, and as many rows at least as columns", t.Name(), shape)
	}
	return shape[0], shape[1], nil
}

func (t covariance) Unconstrained(shape tensor.Shape) (int, error) {
	rows, cols, err := t.sizes(shape)
	if err != nil {
		return 0, err
	}
	return cols*(cols+1)/2 + (rows-cols)*cols, nil
}

// places returns where the elements of L below the diagonal and on it stand in
// u, column by column, and where each of them stands in L.
func places(rows, cols int) (below, belowInL, diagonal, diagonalInL []int) {
	for j := range cols {
		for i := j; i < rows; i++ {
			square := min(i, cols)
			at := square*(square+1)/2 + (i-square)*cols + j
			if i == j {
				diagonal, diagonalInL = append(diagonal, at), append(diagonalInL, i+j*rows)
			} else {
				below, belowInL = append(below, at), append(belowInL, i+j*rows)
			}
		}
	}
	return below, belowInL, diagonal, diagonalInL
}

func (t covariance) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	rows, cols, err := t.sizes(shape)
	if err != nil {
		return failed(err)
	}
	if u.Err() != nil {
		return u, u
	}
	below, belowInL, diagonal, diagonalInL := places(rows, cols)
	logDiagonal := expr.Elements(u, diagonal)
	at := make([]int, rows*cols) // 0 is the zero
	for k, i := range diagonalInL {
		at[i] = 1 + k
	}
	for k, i := range belowInL {
		at[i] = 1 + len(diagonal) + k
	}
	parts := expr.Concat(expr.Const(0), expr.Exp(logDiagonal), elements(u, below))
	l := expr.Reshape(expr.Elements(parts, at), shape)
	if t.factor {
		return l, expr.Sum(logDiagonal)
	}
	weights := make([]float64, rows)
	for j := range weights {
		weights[j] = float64(rows - j + 1)
	}
	logJacobian = expr.Add(float64(rows)*math.Ln2, expr.Dot(weights, logDiagonal))
	return expr.MatMul(l, expr.Transpose(l)), logJacobian
}

func (t covariance) Unconstrain(x expr.Expr) expr.Expr {
	if x.Err() != nil {
		return x
	}
	rows, cols, err := t.sizes(x.Shape)
	if err != nil {
		return expr.Error(err)
	}
	if !t.factor {
		x = expr.Cholesky(x)
	}
	below, belowInL, diagonal, diagonalInL := places(rows, cols)
	at := make([]int, len(below)+len(diagonal))
	for k, i := range diagonal {
		at[i] = k
	}
	for k, i := range below {
		at[i] = len(diagonal) + k
	}
	return expr.Elements(expr.Concat(expr.Log(expr.Elements(x, diagonalInL)), elements(x, belowInL)), at)
}
