package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type chiSquare struct{ onPositive }

// ChiSquare returns the chi-square distribution with nu > 0 degrees of freedom,
// a gamma distribution of shape nu/2 and rate ½.
func ChiSquare(nu any) Distribution {
	return newUnivariate("chi_square", chiSquare{}, arg{"nu", nu, positive})
}

func halfDegrees(p []expr.Expr) []expr.Expr { return []expr.Expr{half(p[0]), expr.Const(0.5)} }

// half returns a/2, a constant if a is one.
func half(a expr.Expr) expr.Expr {
	if v, ok := a.ConstValue(); ok {
		return expr.Const(v / 2)
	}
	return expr.Mul(0.5, a)
}

func (chiSquare) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return gamma{}.logDensity(x, halfDegrees(p))
}

func (chiSquare) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return gamma{}.logCDF(x, halfDegrees(p))
}

func (chiSquare) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return gamma{}.logCCDF(x, halfDegrees(p))
}

func (chiSquare) rand(src *rng.Stream, p []float64) float64 { return rng.ChiSquare(src, p[0]) }
