package dist

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type poissonLog struct{ onCounts }

// PoissonLog returns the Poisson distribution with mean e^eta:
//
//	log P(x) = x·eta − e^eta − log x!,  x = 0, 1, …
func PoissonLog(eta any) Distribution {
	return newUnivariate("poisson_log", poissonLog{}, arg{"eta", eta, finite})
}

func (poissonLog) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return minus(expr.Mul(x, p[0]), expr.Exp(p[0]), logFactorial(x))
}

func (poissonLog) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logLower, _ := poissonTails(x, expr.Exp(p[0]), p[0])
	return logLower
}

func (poissonLog) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logUpper := poissonTails(x, expr.Exp(p[0]), p[0])
	return logUpper
}

func (poissonLog) rand(src *rng.Stream, p []float64) float64 {
	return rng.Poisson(src, elem.Exp(p[0]))
}
