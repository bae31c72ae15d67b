package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type cauchy struct{ onReals }

// Cauchy returns the Cauchy distribution with median mu and scale sigma > 0:
//
//	log f(x) = −log π − log sigma − log(1 + z²),  z = (x − mu)/sigma.
func Cauchy(mu, sigma any) Distribution {
	return newUnivariate("cauchy", cauchy{}, arg{"mu", mu, finite}, arg{"sigma", sigma, positive})
}

func (cauchy) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	z := standardised(x, p[0], p[1])
	return minus(expr.Neg(expr.Log1p(expr.Square(z))), expr.Log(p[1]), logPi)
}

func (cauchy) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return cauchyTail(expr.Neg(standardised(x, p[0], p[1])))
}

func (cauchy) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return cauchyTail(standardised(x, p[0], p[1]))
}

// cauchyTail returns log P(Z > z), where P = ½ − atan(z)/π, and atan(1/z)/π far
// out, which keeps its digits.
func cauchyTail(z expr.Expr) expr.Expr {
	far := expr.Less(1, z)
	outer := expr.Atan(expr.Inv(expr.Where(far, z, 2)))
	inner := expr.Sub(math.Pi/2, expr.Atan(expr.Where(far, 0, z)))
	return expr.Sub(expr.Log(expr.Where(far, outer, inner)), logPi)
}

func (cauchy) rand(src *rng.Stream, p []float64) float64 { return rng.Cauchy(src, p[0], p[1]) }

func (cauchy) quantile(u float64, p []float64) float64 {
	return math.FMA(p[1], cauchyQuantile(u), p[0])
}

// cauchyQuantile returns tan(π(u − ½)) = −1/tan(πu), by the form that keeps the
// digits of u.
func cauchyQuantile(u float64) float64 {
	switch {
	case u < 0.25:
		return -1 / elem.Tan(math.Pi*u)
	case u > 0.75:
		return 1 / elem.Tan(math.Pi*(1-u))
	}
	return elem.Tan(math.Pi * (u - 0.5))
}
