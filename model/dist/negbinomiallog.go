package dist

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type negBinomialLog struct{ onCounts }

// NegBinomialLog returns the negative binomial distribution with mean e^eta and
// dispersion phi > 0; see NegBinomial.
func NegBinomialLog(eta, phi any) Distribution {
	return newUnivariate("neg_binomial_2_log", negBinomialLog{}, arg{"eta", eta, finite}, arg{"phi", phi, positive})
}

func (negBinomialLog) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	logRatio := expr.Sub(p[0], expr.Log(p[1]))
	return logNegBinomial(x, logRatio, expr.Log1pExp(logRatio), p[1])
}

func (negBinomialLog) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logLower, _ := negBinomialLogTails(x, p)
	return logLower
}

func (negBinomialLog) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logUpper := negBinomialLogTails(x, p)
	return logUpper
}

func negBinomialLogTails(x expr.Expr, p []expr.Expr) (logLower, logUpper expr.Expr) {
	logRatio := expr.Sub(p[0], expr.Log(p[1]))
	return negBinomialTails(x, expr.Exp(logRatio), logRatio, expr.Log1pExp(logRatio), p[1])
}

func (negBinomialLog) rand(src *rng.Stream, p []float64) float64 {
	return rng.NegBinomial2(src, elem.Exp(p[0]), p[1])
}
