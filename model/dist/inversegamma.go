package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type inverseGamma struct{ onOpenPositive }

// InverseGamma returns the distribution of 1/Y for a gamma number Y of the
// given shape and rate scale, shape, scale > 0:
//
//	log f(x) = shape log scale − log Γ(shape) − (shape + 1) log x − scale/x,  x > 0.
func InverseGamma(shape, scale any) Distribution {
	return newUnivariate("inv_gamma", inverseGamma{}, arg{"shape", shape, positive}, arg{"scale", scale, positive})
}

func (inverseGamma) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return minus(expr.Mul(p[0], expr.Log(p[1])), expr.Lgamma(mustBePositive(p[0])),
		expr.Mul(expr.Add(p[0], 1), expr.Log(x)), expr.Mul(p[1], expr.Inv(x)))
}

func (inverseGamma) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logQ := inverseGammaTails(x, p)
	return logQ
}

func (inverseGamma) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logP, _ := inverseGammaTails(x, p)
	return logP
}

func inverseGammaTails(x expr.Expr, p []expr.Expr) (logP, logQ expr.Expr) {
	return gammaTails(p[0], expr.Div(p[1], x), expr.Sub(expr.Log(p[1]), expr.Log(x)))
}

func (inverseGamma) rand(src *rng.Stream, p []float64) float64 {
	return rng.InverseGamma(src, p[0], p[1])
}
