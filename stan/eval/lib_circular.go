package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

// vonMises: log f(y) = κ·cos(y − μ) − log 2π − log I₀(κ) on the circle.
var vonMises = law{
	arity: 2,
	logDensity: func(y expr.Expr, p []expr.Expr) expr.Expr {
		mu, kappa := p[0], p[1]
		f := sumOfTerms(expr.Mul(kappa, expr.Cos(expr.Sub(y, mu))), expr.Neg(logBesselI0(kappa)), -2*halfLog2Pi)
		return valid(f, expr.LessEq(0, kappa))
	},
}

// besselSwitch is where the power series of I₀ hands over to its asymptotic expansion: with besselTerms terms each has
// errors below 1e-16 of I₀ on its side.
const (
	besselSwitch = 20
	besselTerms  = 45
)

// logBesselI0 is log I₀(x), x ≥ 0: the logarithm of Σ (x²/4)^k/(k!)² (DLMF 10.25.2), and for large x of
// e^x/√(2πx)·Σ ((2k − 1)!!)²/(k!·(8x)^k) (DLMF 10.40.1).
func logBesselI0(x expr.Expr) expr.Expr {
	large := expr.Less(besselSwitch, x)
	small := expr.Square(expr.Mul(0.5, expr.Where(large, 1, x)))
	series := expr.Const(1)
	for k := besselTerms; k >= 1; k-- {
		series = expr.Add(1, expr.Mul(expr.Mul(1/float64(k*k), small), series))
	}
	far := expr.Where(large, x, besselSwitch)
	step := expr.Inv(expr.Mul(8, far))
	expansion := expr.Const(1)
	for k := besselTerms / 2; k >= 1; k-- {
		odd := float64(2*k - 1)
		expansion = expr.Add(1, expr.Mul(expr.Mul(odd*odd/float64(k), step), expansion))
	}
	asymptotic := sumOfTerms(far, expr.Mul(-0.5, expr.Log(far)), expr.Log(expansion), -halfLog2Pi)
	return expr.Where(large, asymptotic, expr.Log(series))
}

// vonMisesDraw draws an angle in (μ − π, μ + π) by rejection from a wrapped Cauchy distribution (Best and Fisher 1979).
func vonMisesDraw(s *rng.Stream, p []float64) float64 {
	mu, kappa := p[0], p[1]
	if kappa < 1e-8 { // uniform to that accuracy
		return mu + float64(math.Pi*(2*s.Float64()-1))
	}
	tau := 1 + math.Sqrt(1+float64(4*kappa*kappa))
	rho := (tau - math.Sqrt(2*tau)) / (2 * kappa)
	r := (1 + float64(rho*rho)) / (2 * rho)
	if kappa > 1e5 { // r − 1 has lost its digits; the limit is normal
		return rng.Normal(s, mu, 1/math.Sqrt(kappa))
	}
	for {
		z := elem.Cos(math.Pi * s.Float64())
		f := (1 + float64(r*z)) / (r + z)
		c := float64(kappa * (r - f))
		u := s.Float64()
		if float64(c*(2-c))-u > 0 || elem.Log(c/u)+1-c >= 0 {
			angle := math.Pi/2 - elem.Asin(f)
			return mu + math.Copysign(angle, s.Float64()-0.5)
		}
	}
}
