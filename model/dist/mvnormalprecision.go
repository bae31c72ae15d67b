package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

// MvNormalPrecision returns the multivariate normal distribution with mean
// vector mu and a symmetric positive definite precision matrix, the inverse of
// the covariance; only its lower triangle is read:
//
//	log f(x) = −½ z·z + log det L − ½K log 2π,  z = Lᵀ(x − mu),  L Lᵀ = precision.
//
// See MvNormal.
func MvNormalPrecision(mu, precision any) Distribution {
	return newMvNormal("multi_normal_prec", arg{"precision", precision, finite}, true, mvNormal{
		whiten: whitenByPrecision,
		draw:   drawByPrecision,
	}, mu)
}

func whitenByPrecision(m, diff expr.Expr) (z, logScale expr.Expr) {
	l := expr.Cholesky(m)
	if diff.Shape.Dims() == 2 {
		z = expr.MatMul(expr.Transpose(l), diff)
	} else {
		z = expr.MulVecT(l, diff)
	}
	return z, expr.Sum(expr.Log(expr.Diagonal(l)))
}

// drawByPrecision writes mu + L⁻ᵀz, z standard normal.
func drawByPrecision(dst []float64, src *rng.Stream, mu, m []float64) {
	n := len(dst)
	l := choleskyFactor(m, n)
	for i := range dst {
		dst[i] = src.Normal()
	}
	for j := n - 1; j >= 0; j-- {
		sum := dst[j]
		for i := j + 1; i < n; i++ {
			sum -= float64(l[i+j*n] * dst[i])
		}
		dst[j] = sum / l[j+j*n]
	}
	for i := range dst {
		dst[i] += mu[i]
	}
}
