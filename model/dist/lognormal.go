package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type logNormal struct{ onOpenPositive }

// LogNormal returns the distribution of e^Z for a normal Z with mean mu and
// standard deviation sigma > 0:
//
//	log f(x) = −½z² − log sigma − ½ log 2π − log x,  z = (log x − mu)/sigma,  x > 0.
func LogNormal(mu, sigma any) Distribution {
	return newUnivariate("lognormal", logNormal{}, arg{"mu", mu, finite}, arg{"sigma", sigma, positive})
}

func (logNormal) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	logX := expr.Log(x)
	return expr.Sub(normal{}.logDensity(logX, p), logX)
}

func (logNormal) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return normal{}.logCDF(expr.Log(x), p)
}

func (logNormal) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return normal{}.logCCDF(expr.Log(x), p)
}

func (logNormal) rand(src *rng.Stream, p []float64) float64 { return rng.LogNormal(src, p[0], p[1]) }

func (logNormal) quantile(u float64, p []float64) float64 {
	return elem.Exp(math.FMA(p[1], elem.NormQuantile(u), p[0]))
}
