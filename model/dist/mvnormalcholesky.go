package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

// MvNormalCholesky returns the multivariate normal distribution with mean
// vector mu and the lower triangular Cholesky factor of its covariance, with a
// diagonal > 0; see MvNormal. What is above the diagonal is not read.
func MvNormalCholesky(mu, factor any) Distribution {
	return newMvNormal("multi_normal_cholesky", arg{"factor", factor, finite}, false, mvNormal{
		whiten: func(l, diff expr.Expr) (z, logScale expr.Expr) { return whitenByFactor(l, diff) },
		draw: func(dst []float64, src *rng.Stream, mu, l []float64) {
			rng.MvNormalCholesky(dst, src, mu, l)
		},
	}, mu)
}
