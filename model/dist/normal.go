package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type normal struct{ onReals }

// Normal returns the normal distribution with mean mu and standard deviation
// sigma > 0:
//
//	log f(x) = −½z² − log sigma − ½ log 2π,  z = (x − mu)/sigma.
func Normal(mu, sigma any) Distribution {
	return newUnivariate("normal", normal{}, arg{"mu", mu, finite}, arg{"sigma", sigma, positive})
}

func (normal) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	z := standardised(x, p[0], p[1])
	return minus(expr.Mul(-0.5, expr.Square(z)), expr.Log(p[1]), halfLog2Pi)
}

func (normal) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return logNormCDF(standardised(x, p[0], p[1]))
}

func (normal) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return logNormCDF(expr.Neg(standardised(x, p[0], p[1])))
}

func (normal) rand(src *rng.Stream, p []float64) float64 { return rng.Normal(src, p[0], p[1]) }

func (normal) quantile(u float64, p []float64) float64 {
	return math.FMA(p[1], elem.NormQuantile(u), p[0])
}

// logNormCDF returns log Φ(z).
func logNormCDF(z expr.Expr) expr.Expr { return expr.Apply(ir.LogNormCDF, z) }
