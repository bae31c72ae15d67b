package dist

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type dirichlet struct{ family }

// Dirichlet returns the Dirichlet distribution of vectors of K numbers ≥ 0 with
// sum 1, for a vector alpha of K numbers > 0:
//
//	log f(x) = log Γ(Σ alpha) − Σ log Γ(alpha_k) + Σ (alpha_k − 1) log x_k.
//
// It is the density of the first K − 1 elements. The value may be a matrix
// whose columns are vectors; its log density is the sum over them.
func Dirichlet(alpha any) Distribution {
	a := arg{"alpha", alpha, positive}
	d := dirichlet{newFamily("dirichlet", a)}
	if d.err == nil && (d.params[0].Shape.Dims() != 1 || d.params[0].Size() == 0) {
		d.fail(fmt.Errorf("dirichlet: alpha of shape %v; give a vector", d.params[0].Shape))
	}
	return d
}

// Support implements Distribution.
func (d dirichlet) Support() Support { return Support{Kind: Simplex} }

// LogDensity implements Distribution.
func (d dirichlet) LogDensity(x expr.Expr) expr.Expr {
	n, err := d.columns(x)
	if err != nil {
		return expr.Error(err)
	}
	alpha := d.params[0]
	total := expr.Const(0)
	for j := range n {
		column := x
		if x.Shape.Dims() == 2 {
			column = expr.Col(x, j)
		}
		total = expr.Add(total, logDirichlet(column, alpha))
	}
	constant := expr.Sub(expr.Lgamma(expr.Sum(alpha)), expr.Sum(expr.Lgamma(mustBePositive(alpha))))
	return expr.Add(total, expr.Mul(float64(n), constant))
}

// columns returns the number of vectors in x.
func (d dirichlet) columns(x expr.Expr) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	return vectorColumns(d.name, x, d.params[0].Size())
}

// vectorColumns returns the number of vectors of length k in x, which is a
// vector or a matrix of columns.
func vectorColumns(name string, x expr.Expr, k int) (int, error) {
	if x.Err() != nil {
		return 0, x.Err()
	}
	if dims := x.Shape.Dims(); dims < 1 || dims > 2 || x.Shape[0] != k {
		return 0, fmt.Errorf("%s: a value of shape %v for parameters of %d elements; give a vector of %d, or a matrix with such columns (expr.Transpose makes columns of rows)", name, x.Shape, k, k)
	}
	return x.Size() / k, nil
}

func logDirichlet(x, alpha expr.Expr) expr.Expr {
	isSimplex := expr.LessEq(expr.Abs(expr.Sub(expr.Sum(x), 1)), simplexTolerance)
	negative := expr.Less(x, 0)
	outside := expr.Max(expr.Sub(1, isSimplex), expr.Sum(negative))
	// x^0 is 1 at x = 0 too, and a value outside has density 0 by the last term.
	free := expr.Max(negative, expr.Equal(alpha, 1))
	logs := expr.Log(expr.Where(free, 1, x))
	return expr.Add(expr.Sum(expr.Mul(expr.Sub(alpha, 1), logs)), expr.Where(outside, math.Inf(-1), 0))
}

// RandVector implements VectorRander.
func (d dirichlet) RandVector(dst []float64, src *rng.Stream, params [][]float64) {
	rng.Dirichlet(dst, src, params[0])
}
