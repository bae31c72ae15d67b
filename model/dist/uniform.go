package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type uniform struct{}

// Uniform returns the uniform distribution on low ≤ x ≤ high, low < high:
//
//	log f(x) = −log(high − low).
func Uniform(low, high any) Distribution {
	d := newUnivariate("uniform", uniform{}, arg{"low", low, finite}, arg{"high", high, finite})
	d.fail(increasing(d.name, "low", "high", d.params[0], d.params[1]))
	return d
}

func (uniform) support(p []expr.Expr) Support {
	return Support{Kind: Interval, Lower: p[0], Upper: p[1]}
}

func (uniform) logDensity(_ expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Neg(expr.Log(mustBePositive(expr.Sub(p[1], p[0]))))
}

func (uniform) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Log(expr.Div(expr.Sub(x, p[0]), expr.Sub(p[1], p[0])))
}

func (uniform) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Log(expr.Div(expr.Sub(p[1], x), expr.Sub(p[1], p[0])))
}

func (uniform) rand(src *rng.Stream, p []float64) float64 { return rng.Uniform(src, p[0], p[1]) }

func (uniform) quantile(u float64, p []float64) float64 {
	return min(p[1], math.FMA(u, p[1]-p[0], p[0]))
}
