package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

// onTrials is the support of the number of successes among p[0] trials.
type onTrials struct{}

func (onTrials) support(p []expr.Expr) Support {
	return Support{Kind: BoundedCounts, Lower: expr.Const(0), Upper: p[0]}
}

type binomial struct{ onTrials }

// Binomial returns the distribution of the number of successes among n trials
// with probability p in [0, 1]:
//
//	log P(x) = log C(n, x) + x log p + (n − x) log(1 − p),  x = 0 … n.
func Binomial(n, p any) Distribution {
	return newUnivariate("binomial", binomial{}, arg{"n", n, whole}, arg{"p", p, probability})
}

func (binomial) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	n := p[0]
	if eta, ok := logitOf(p[1]); ok {
		return binomialLogit{}.logDensity(x, []expr.Expr{n, eta})
	}
	return plus(timesLog(x, p[1], 0, expr.Log), timesLog(expr.Sub(n, x), p[1], 1, log1m), logChoose(n, x))
}

func (binomial) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logLower, _ := binomialTails(x, p[0], chance(p[1]), chanceNot(p[1]))
	return logLower
}

func (binomial) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logUpper := binomialTails(x, p[0], chance(p[1]), chanceNot(p[1]))
	return logUpper
}

// binomialTails returns log P(X ≤ x) and log P(X > x) for 0 ≤ x < n, by the
// incomplete beta function (DLMF 8.17.5); q = 1 − p.
func binomialTails(x, n expr.Expr, p, q share) (logLower, logUpper expr.Expr) {
	return betaTails(expr.Sub(n, x), expr.Add(x, 1), q, p)
}

func chance(p expr.Expr) share    { return share{p, expr.Log(p)} }
func chanceNot(p expr.Expr) share { return share{expr.Sub(1, p), log1m(p)} }

func (binomial) rand(src *rng.Stream, p []float64) float64 {
	return float64(rng.Binomial(src, int(p[0]), p[1]))
}
