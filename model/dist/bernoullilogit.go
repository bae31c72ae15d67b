package dist

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type bernoulliLogit struct{ onBit }

// BernoulliLogit returns the distribution of one trial with probability
// 1/(1 + e^−eta):
//
//	log P(x) = x·eta − log(1 + e^eta),  x = 0, 1.
func BernoulliLogit(eta any) Distribution {
	return newUnivariate("bernoulli_logit", bernoulliLogit{}, arg{"eta", eta, finite})
}

func (bernoulliLogit) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Sub(expr.Mul(x, p[0]), expr.Log1pExp(p[0]))
}

func (bernoulliLogit) logCDF(_ expr.Expr, p []expr.Expr) expr.Expr { return expr.Log1mInvLogit(p[0]) }
func (bernoulliLogit) logCCDF(_ expr.Expr, p []expr.Expr) expr.Expr {
	return expr.LogInvLogit(p[0])
}

func (bernoulliLogit) rand(src *rng.Stream, p []float64) float64 {
	return float64(rng.Bernoulli(src, elem.InvLogit(p[0])))
}
