package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type gamma struct{ onPositive }

// Gamma returns the gamma distribution with mean shape/rate, shape, rate > 0:
//
//	log f(x) = shape log rate − log Γ(shape) + (shape − 1) log x − rate·x,  x ≥ 0.
func Gamma(shape, rate any) Distribution {
	return newUnivariate("gamma", gamma{}, arg{"shape", shape, positive}, arg{"rate", rate, positive})
}

func (gamma) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return minus(plus(power(p[0], x), expr.Mul(p[0], expr.Log(p[1]))),
		expr.Lgamma(mustBePositive(p[0])), expr.Mul(p[1], x))
}

func (gamma) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logP, _ := gammaLawTails(x, p)
	return logP
}

func (gamma) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logQ := gammaLawTails(x, p)
	return logQ
}

func gammaLawTails(x expr.Expr, p []expr.Expr) (logP, logQ expr.Expr) {
	scaled := expr.Mul(p[1], x)
	return gammaTails(p[0], scaled, expr.Log(scaled))
}

func (gamma) rand(src *rng.Stream, p []float64) float64 { return rng.Gamma(src, p[0], p[1]) }
