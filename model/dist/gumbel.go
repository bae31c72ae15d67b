package dist

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type gumbel struct{ onReals }

// Gumbel returns the extreme value distribution with mode mu and scale
// beta > 0:
//
//	log f(x) = −z − e^−z − log beta,  z = (x − mu)/beta.
func Gumbel(mu, beta any) Distribution {
	return newUnivariate("gumbel", gumbel{}, arg{"mu", mu, finite}, arg{"beta", beta, positive})
}

func (gumbel) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	z := expr.Neg(standardised(x, p[0], p[1]))
	return minus(z, expr.Exp(z), expr.Log(p[1]))
}

func (gumbel) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Neg(expr.Exp(expr.Neg(standardised(x, p[0], p[1]))))
}

func (g gumbel) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr { return expr.Log1mExp(g.logCDF(x, p)) }

func (gumbel) rand(src *rng.Stream, p []float64) float64 { return rng.Gumbel(src, p[0], p[1]) }

func (gumbel) quantile(u float64, p []float64) float64 {
	if u > 0.5 {
		return p[0] - float64(p[1]*elem.Log(-elem.Log1p(u-1)))
	}
	return p[0] - float64(p[1]*elem.Log(-elem.Log(u)))
}
