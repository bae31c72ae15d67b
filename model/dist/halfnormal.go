package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type halfNormal struct{ onPositive }

// HalfNormal returns the distribution of |Z| for a normal Z with mean 0 and
// standard deviation sigma > 0:
//
//	log f(x) = −½(x/sigma)² − log sigma + ½ log 2/π,  x ≥ 0.
func HalfNormal(sigma any) Distribution {
	return newUnivariate("half_normal", halfNormal{}, arg{"sigma", sigma, positive})
}

func (halfNormal) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	z := expr.Mul(x, expr.Inv(p[0]))
	return minus(expr.Mul(-0.5, expr.Square(z)), expr.Log(p[0]), halfLog2Pi-log2)
}

func (halfNormal) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Log(expr.Apply(ir.Erf, expr.Mul(math.Sqrt2/2, expr.Mul(x, expr.Inv(p[0])))))
}

func (halfNormal) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Add(logNormCDF(expr.Neg(expr.Mul(x, expr.Inv(p[0])))), log2)
}

func (halfNormal) rand(src *rng.Stream, p []float64) float64 {
	return math.Abs(rng.Normal(src, 0, p[0]))
}
