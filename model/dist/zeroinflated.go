package dist

import (
	"fmt"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type zeroInflated struct{ counts univariate }

// ZeroInflated returns the distribution that is 0 with probability pi in
// [0, 1] and else a draw of counts, a family on 0, 1, …:
//
//	P(0) = pi + (1 − pi) P_counts(0),  P(x) = (1 − pi) P_counts(x) for x > 0.
//
// The parameters are pi, then those of counts.
func ZeroInflated(pi any, counts Distribution) Distribution {
	const name = "zero_inflated"
	part, err := univariatePart(name, counts)
	if err == nil && !part.s.Discrete() {
		err = fmt.Errorf("%s: %s is not a family of counts", name, counts.Name())
	}
	own := newFamily(name, arg{"pi", pi, probability})
	if err == nil {
		err = own.err
	}
	if err != nil {
		return compose(name, poisson{}, own, nil, err)
	}
	return compose(name+"_"+part.name, zeroInflated{part}, own, []univariate{part}, nil)
}

func (d zeroInflated) support(p []expr.Expr) Support { return d.counts.with(p[1:]).s }

func (d zeroInflated) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	pi := mustBeChance(p[0])
	inner := d.counts.f.logDensity(x, p[1:])
	zero := expr.Equal(x, 0)
	// The sum is formed outside log space: it is right however small the
	// second part, and its derivative is finite at pi = 0.
	atZero := expr.Add(pi, expr.Mul(expr.Sub(1, pi), expr.Exp(expr.Where(zero, inner, 0))))
	return expr.Where(zero, expr.Log(expr.Where(zero, atZero, 1)), expr.Add(log1m(pi), inner))
}

func (d zeroInflated) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	rest := expr.Mul(expr.Sub(1, p[0]), expr.Exp(d.counts.f.logCDF(x, p[1:])))
	return expr.Log(expr.Add(p[0], rest))
}

func (d zeroInflated) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Add(log1m(p[0]), d.counts.f.logCCDF(x, p[1:]))
}

func (d zeroInflated) rand(src *rng.Stream, p []float64) float64 {
	if rng.Bernoulli(src, p[0]) == 1 {
		return 0
	}
	return d.counts.f.rand(src, p[1:])
}
