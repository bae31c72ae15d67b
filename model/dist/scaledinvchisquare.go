package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type scaledInvChiSquare struct{ onOpenPositive }

// ScaledInvChiSquare returns the scaled inverse chi-square distribution with
// nu > 0 degrees of freedom and scale s > 0 (s² is the typical variance), an
// inverse gamma distribution of shape nu/2 and scale nu·s²/2.
func ScaledInvChiSquare(nu, s any) Distribution {
	return newUnivariate("scaled_inv_chi_square", scaledInvChiSquare{}, arg{"nu", nu, positive}, arg{"s", s, positive})
}

// asInverseGamma returns shape and scale. A negative s must not pass as its
// square.
func asInverseGamma(p []expr.Expr) []expr.Expr {
	return []expr.Expr{half(p[0]), expr.Mul(half(p[0]), expr.Square(mustBePositive(p[1])))}
}

func (scaledInvChiSquare) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return inverseGamma{}.logDensity(x, asInverseGamma(p))
}

func (scaledInvChiSquare) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return inverseGamma{}.logCDF(x, asInverseGamma(p))
}

func (scaledInvChiSquare) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return inverseGamma{}.logCCDF(x, asInverseGamma(p))
}

func (scaledInvChiSquare) rand(src *rng.Stream, p []float64) float64 {
	return rng.InverseGamma(src, p[0]/2, p[0]/2*p[1]*p[1])
}
