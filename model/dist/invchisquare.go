package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type invChiSquare struct{ onOpenPositive }

// InvChiSquare returns the distribution of 1/Y for a chi-square number Y with
// nu > 0 degrees of freedom, an inverse gamma distribution of shape nu/2 and
// scale ½.
func InvChiSquare(nu any) Distribution {
	return newUnivariate("inv_chi_square", invChiSquare{}, arg{"nu", nu, positive})
}

func (invChiSquare) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return inverseGamma{}.logDensity(x, halfDegrees(p))
}

func (invChiSquare) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return inverseGamma{}.logCDF(x, halfDegrees(p))
}

func (invChiSquare) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return inverseGamma{}.logCCDF(x, halfDegrees(p))
}

func (invChiSquare) rand(src *rng.Stream, p []float64) float64 {
	return rng.InverseGamma(src, p[0]/2, 0.5)
}
