package dist

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type binomialLogit struct{ onTrials }

// BinomialLogit returns the binomial distribution of n trials with probability
// 1/(1 + e^−eta):
//
//	log P(x) = log C(n, x) + x·eta − n log(1 + e^eta),  x = 0 … n.
func BinomialLogit(n, eta any) Distribution {
	return newUnivariate("binomial_logit", binomialLogit{}, arg{"n", n, whole}, arg{"eta", eta, finite})
}

func (binomialLogit) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	n, eta := p[0], p[1]
	return plus(expr.Sub(expr.Mul(x, eta), expr.Mul(n, expr.Log1pExp(eta))), logChoose(n, x))
}

func (binomialLogit) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logLower, _ := binomialTails(x, p[0], logitChance(p[1]), logitChance(expr.Neg(p[1])))
	return logLower
}

func (binomialLogit) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logUpper := binomialTails(x, p[0], logitChance(p[1]), logitChance(expr.Neg(p[1])))
	return logUpper
}

func logitChance(eta expr.Expr) share { return share{expr.InvLogit(eta), expr.LogInvLogit(eta)} }

func (binomialLogit) rand(src *rng.Stream, p []float64) float64 {
	return float64(rng.Binomial(src, int(p[0]), elem.InvLogit(p[1])))
}
