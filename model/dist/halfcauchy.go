package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type halfCauchy struct{ onPositive }

// HalfCauchy returns the distribution of |Z| for a Cauchy number Z with median
// 0 and scale sigma > 0:
//
//	log f(x) = log 2/π − log sigma − log(1 + (x/sigma)²),  x ≥ 0.
func HalfCauchy(sigma any) Distribution {
	return newUnivariate("half_cauchy", halfCauchy{}, arg{"sigma", sigma, positive})
}

func (halfCauchy) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	z := expr.Mul(x, expr.Inv(p[0]))
	return minus(expr.Neg(expr.Log1p(expr.Square(z))), expr.Log(p[0]), logPi-log2)
}

func (halfCauchy) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Sub(expr.Log(expr.Atan(expr.Mul(x, expr.Inv(p[0])))), logPi-log2)
}

func (halfCauchy) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Add(cauchyTail(expr.Mul(x, expr.Inv(p[0]))), log2)
}

func (halfCauchy) rand(src *rng.Stream, p []float64) float64 {
	return math.Abs(rng.Cauchy(src, 0, p[0]))
}

func (halfCauchy) quantile(u float64, p []float64) float64 {
	if u > 0.5 {
		return p[0] / elem.Tan(math.Pi/2*(1-u))
	}
	return p[0] * elem.Tan(math.Pi/2*u)
}
