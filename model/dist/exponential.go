package dist

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type exponential struct{ onPositive }

// Exponential returns the exponential distribution with mean 1/rate, rate > 0:
//
//	log f(x) = log rate − rate·x,  x ≥ 0.
func Exponential(rate any) Distribution {
	return newUnivariate("exponential", exponential{}, arg{"rate", rate, positive})
}

func (exponential) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Sub(expr.Log(p[0]), expr.Mul(p[0], x))
}

func (exponential) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Log1mExp(expr.Neg(expr.Mul(p[0], x)))
}

func (exponential) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Neg(expr.Mul(p[0], x))
}

func (exponential) rand(src *rng.Stream, p []float64) float64 { return rng.Exponential(src, p[0]) }

func (exponential) quantile(u float64, p []float64) float64 { return -elem.Log1p(-u) / p[0] }
