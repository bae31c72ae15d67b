package dist

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type logistic struct{ onReals }

// Logistic returns the logistic distribution with mean mu and scale sigma > 0:
//
//	log f(x) = −z − 2 log(1 + e^−z) − log sigma,  z = (x − mu)/sigma.
func Logistic(mu, sigma any) Distribution {
	return newUnivariate("logistic", logistic{}, arg{"mu", mu, finite}, arg{"sigma", sigma, positive})
}

func (logistic) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	z := expr.Neg(standardised(x, p[0], p[1]))
	return expr.Sub(expr.Sub(z, expr.Mul(2, expr.Log1pExp(z))), expr.Log(p[1]))
}

func (logistic) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.LogInvLogit(standardised(x, p[0], p[1]))
}

func (logistic) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Log1mInvLogit(standardised(x, p[0], p[1]))
}

func (logistic) rand(src *rng.Stream, p []float64) float64 { return rng.Logistic(src, p[0], p[1]) }

func (logistic) quantile(u float64, p []float64) float64 {
	return p[0] + float64(p[1]*(elem.Log(u)-elem.Log1p(-u)))
}
