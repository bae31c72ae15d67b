package dist

import (
	"errors"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type betaBinomial struct{ onTrials }

// BetaBinomial returns the distribution of the number of successes among n
// trials whose common probability is a Beta(a, b) number, a, b > 0:
//
//	log P(x) = log C(n, x) + log B(a + x, b + n − x)/B(a, b),  x = 0 … n.
//
// Its distribution function is a sum over counts and wants n as data.
func BetaBinomial(n, a, b any) Distribution {
	return newUnivariate("beta_binomial", betaBinomial{}, arg{"n", n, whole}, arg{"a", a, positive}, arg{"b", b, positive})
}

func (betaBinomial) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	n, a, b := p[0], mustBePositive(p[1]), mustBePositive(p[2])
	return minus(plus(logChoose(n, x), logRising(a, x), logRising(b, expr.Sub(n, x))), logRising(expr.Add(a, b), n))
}

func (betaBinomial) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return betaBinomialSum(p, func(j int) expr.Expr { return expr.LessEq(j, x) })
}

func (betaBinomial) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return betaBinomialSum(p, func(j int) expr.Expr { return expr.Less(x, j) })
}

// betaBinomialSum returns log Σ P(j) over the counts j that are included, by the
// ratio P(j+1)/P(j) = (n − j)(a + j)/((j + 1)(b + n − j − 1)).
func betaBinomialSum(p []expr.Expr, included func(j int) expr.Expr) expr.Expr {
	n, a, b := p[0], p[1], p[2]
	trials, ok := n.DataValues()
	if !ok {
		return expr.Error(errors.New("beta_binomial: the distribution function needs the number of trials as data"))
	}
	most := 0
	if len(trials) > 0 {
		most = int(slices.Max(trials))
	}
	logP := expr.Sub(logRising(b, n), logRising(expr.Add(a, b), n))
	var terms []expr.Expr
	for j := 0; ; j++ {
		terms = append(terms, expr.Where(included(j), logP, math.Inf(-1)))
		if j == most {
			return logSumExp(terms)
		}
		left := expr.Sub(n, j)
		more := expr.Less(0, left) // not for all elements if n differs
		left = expr.Where(more, left, 1)
		ratio := expr.Div(expr.Mul(left, expr.Add(a, j)), expr.Mul(j+1, expr.Add(b, expr.Sub(left, 1))))
		logP = expr.Where(more, expr.Add(logP, expr.Log(ratio)), math.Inf(-1))
	}
}

func (betaBinomial) rand(src *rng.Stream, p []float64) float64 {
	return float64(rng.BetaBinomial(src, int(p[0]), p[1], p[2]))
}
