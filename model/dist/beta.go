package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type beta struct{}

// Beta returns the beta distribution with mean a/(a + b), a, b > 0:
//
//	log f(x) = (a − 1) log x + (b − 1) log(1 − x) − log B(a, b),  0 ≤ x ≤ 1.
func Beta(a, b any) Distribution {
	return newUnivariate("beta", beta{}, arg{"a", a, positive}, arg{"b", b, positive})
}

func (beta) support([]expr.Expr) Support {
	return Support{Kind: Interval, Lower: expr.Const(0), Upper: expr.Const(1)}
}

func (beta) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	upper := expr.Const(0)
	if b, ok := p[1].ConstValue(); !ok || b != 1 {
		upper = expr.Mul(expr.Sub(p[1], 1), log1m(x))
	}
	return minus(plus(power(p[0], x), upper), logBeta(mustBePositive(p[0]), mustBePositive(p[1])))
}

func (beta) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logI, _ := betaLawTails(x, p)
	return logI
}

func (beta) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logJ := betaLawTails(x, p)
	return logJ
}

func betaLawTails(x expr.Expr, p []expr.Expr) (logI, logJ expr.Expr) {
	return betaTails(p[0], p[1], chance(x), chanceNot(x))
}

func (beta) rand(src *rng.Stream, p []float64) float64 { return rng.Beta(src, p[0], p[1]) }
