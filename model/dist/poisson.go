package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type poisson struct{ onCounts }

// Poisson returns the Poisson distribution with mean rate ≥ 0:
//
//	log P(x) = x log rate − rate − log x!,  x = 0, 1, …
func Poisson(rate any) Distribution {
	return newUnivariate("poisson", poisson{}, arg{"rate", rate, nonNegative})
}

func (poisson) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return minus(timesLog(x, p[0], 0, expr.Log), p[0], logFactorial(x))
}

func (poisson) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logLower, _ := poissonTails(x, p[0], expr.Log(p[0]))
	return logLower
}

func (poisson) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logUpper := poissonTails(x, p[0], expr.Log(p[0]))
	return logUpper
}

// poissonTails returns log P(X ≤ x) = log Q(x + 1, rate) and log P(X > x)
// (DLMF 8.4.10).
func poissonTails(x, rate, logRate expr.Expr) (logLower, logUpper expr.Expr) {
	logP, logQ := gammaTails(expr.Add(x, 1), rate, logRate)
	return logQ, logP
}

func (poisson) rand(src *rng.Stream, p []float64) float64 { return rng.Poisson(src, p[0]) }

// logFactorial returns log x!.
func logFactorial(x expr.Expr) expr.Expr { return expr.Lgamma(expr.Add(x, 1)) }
