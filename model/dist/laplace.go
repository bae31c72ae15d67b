package dist

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type laplace struct{ onReals }

// Laplace returns the double exponential distribution with median mu and scale
// sigma > 0:
//
//	log f(x) = −|z| − log 2 sigma,  z = (x − mu)/sigma.
func Laplace(mu, sigma any) Distribution {
	return newUnivariate("double_exponential", laplace{}, arg{"mu", mu, finite}, arg{"sigma", sigma, positive})
}

func (laplace) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return minus(expr.Neg(expr.Abs(standardised(x, p[0], p[1]))), expr.Log(p[1]), log2)
}

func (laplace) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return laplaceTail(expr.Neg(standardised(x, p[0], p[1])))
}

func (laplace) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return laplaceTail(standardised(x, p[0], p[1]))
}

// laplaceTail returns log P(Z > z): −z − log 2 for z ≥ 0.
func laplaceTail(z expr.Expr) expr.Expr {
	size := expr.Abs(z)
	return expr.Where(expr.Less(z, 0), log1m(expr.Mul(0.5, expr.Exp(expr.Neg(size)))), minus(expr.Neg(size), log2))
}

func (laplace) rand(src *rng.Stream, p []float64) float64 { return rng.Laplace(src, p[0], p[1]) }

func (laplace) quantile(u float64, p []float64) float64 {
	if u < 0.5 {
		return p[0] + float64(p[1]*elem.Log(2*u))
	}
	return p[0] - float64(p[1]*elem.Log(2*(1-u)))
}
