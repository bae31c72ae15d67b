package dist

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type weibull struct{ onPositive }

// Weibull returns the Weibull distribution, shape, scale > 0:
//
//	log f(x) = log shape − shape log scale + (shape − 1) log x − (x/scale)^shape,  x ≥ 0.
func Weibull(shape, scale any) Distribution {
	return newUnivariate("weibull", weibull{}, arg{"shape", shape, positive}, arg{"scale", scale, positive})
}

func (weibull) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return minus(plus(power(p[0], x), expr.Log(p[0])), expr.Mul(p[0], expr.Log(p[1])), weibullHazard(x, p))
}

// weibullHazard returns (x/scale)^shape = −log P(X > x), from log x so that the
// logarithms of data are taken once.
func weibullHazard(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Exp(expr.Mul(p[0], expr.Sub(expr.Log(x), expr.Log(p[1]))))
}

func (weibull) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Log1mExp(expr.Neg(weibullHazard(x, p)))
}

func (weibull) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr { return expr.Neg(weibullHazard(x, p)) }

func (weibull) rand(src *rng.Stream, p []float64) float64 { return rng.Weibull(src, p[0], p[1]) }

func (weibull) quantile(u float64, p []float64) float64 {
	return p[1] * elem.Pow(-elem.Log1p(-u), 1/p[0])
}
