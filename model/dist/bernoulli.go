package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type onBit struct{}

func (onBit) support([]expr.Expr) Support {
	return Support{Kind: BoundedCounts, Lower: expr.Const(0), Upper: expr.Const(1)}
}

type bernoulli struct{ onBit }

// Bernoulli returns the distribution of one trial with probability p in [0, 1]:
//
//	log P(x) = x log p + (1 − x) log(1 − p),  x = 0, 1,  0·log 0 = 0.
func Bernoulli(p any) Distribution {
	return newUnivariate("bernoulli", bernoulli{}, arg{"p", p, probability})
}

func (bernoulli) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	if eta, ok := logitOf(p[0]); ok {
		return bernoulliLogit{}.logDensity(x, []expr.Expr{eta})
	}
	return expr.Add(timesLog(x, p[0], 0, expr.Log), timesLog(expr.Sub(1, x), p[0], 1, log1m))
}

// The interior of the support, below the last value, is x = 0.
func (bernoulli) logCDF(_ expr.Expr, p []expr.Expr) expr.Expr  { return log1m(p[0]) }
func (bernoulli) logCCDF(_ expr.Expr, p []expr.Expr) expr.Expr { return expr.Log(p[0]) }

func (bernoulli) rand(src *rng.Stream, p []float64) float64 {
	return float64(rng.Bernoulli(src, p[0]))
}
