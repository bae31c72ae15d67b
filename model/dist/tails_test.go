package dist

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
)

// TestGradient_FarOut takes derivatives where differences cannot: at the ends
// of the parameters' range, in the far tails, in limits. Each value is the limit
// of the formula in its comment.
func TestGradient_FarOut(t *testing.T) {
	q := func(i int) expr.Expr { return parameter(i) }
	x := func(v ...float64) expr.Expr { return expr.Of(v) }
	cases := []struct {
		title string
		e     expr.Expr
		at    []float64
		value float64
		grad  []float64
	}{
		{"logit far up, x = 1", BernoulliLogit(q(0)).LogDensity(x(1)), []float64{800}, 0, []float64{0}},
		{"logit far up, x = 0", BernoulliLogit(q(0)).LogDensity(x(0)), []float64{800}, -800, []float64{-1}},
		{"logit far down, x = 1", BernoulliLogit(q(0)).LogDensity(x(1)), []float64{-800}, -800, []float64{1}},
		{"chance of a logit far up, x = 1", Bernoulli(expr.InvLogit(q(0))).LogDensity(x(1)), []float64{800}, 0, []float64{0}},
		{"chance of a logit far up, x = 0", Bernoulli(expr.InvLogit(q(0))).LogDensity(x(0)), []float64{800}, -800, []float64{-1}},
		{"chance of a logit far down, 4 of 4", Binomial(4, expr.InvLogit(q(0))).LogDensity(x(4)), []float64{-800}, -3200, []float64{4}},
		{"beta of a logit far down", Beta(3, 2).LogDensity(expr.InvLogit(q(0))), []float64{-800}, -1600 + math.Log(12), []float64{2}},
		{"beta of a logit far up", Beta(3, 2).LogDensity(expr.InvLogit(q(0))), []float64{800}, -800 + math.Log(12), []float64{-1}},
		{"p = 0, no successes", Binomial(4, q(0)).LogDensity(x(0)), []float64{0}, 0, []float64{-4}},
		{"p = 1, no failures", Binomial(4, q(0)).LogDensity(x(4)), []float64{1}, 0, []float64{4}},
		{"rate = 0, no events", Poisson(q(0)).LogDensity(x(0)), []float64{0}, 0, []float64{-1}},
		{"rate underflows", PoissonLog(q(0)).LogDensity(x(2)), []float64{-900}, -1800 - math.Ln2, []float64{2}},
		// 1/P(0) − 1, P(0) = e^−2
		{"pi = 0 at zero", ZeroInflated(q(0), Poisson(2)).LogDensity(x(0)), []float64{0}, -2, []float64{math.Exp(2) - 1}},
		{"pi = 0 above", ZeroInflated(q(0), Poisson(2)).LogDensity(x(1)), []float64{0}, math.Log(2) - 2, []float64{-1}},
		// −z/sigma with z = 1e8
		{"normal 1e8 sigma away", Normal(q(0), 1).LogDensity(x(1e8)), []float64{0}, -5e15 - halfLog2Pi, []float64{1e8}},
		// (nu+1)/x
		{"cauchy far away", Cauchy(q(0), 1).LogDensity(x(1e60)), []float64{0}, -logPi - 120*math.Ln10, []float64{2e-60}},
		// hazard of the normal: z + 1/z − 2/z³ + 10/z⁵ − 74/z⁷
		{"normal tail", Normal(q(0), 1).(CDFer).LogCCDF(x(100)), []float64{0},
			-5000 - halfLog2Pi - math.Log(100) + math.Log1p(-1e-4+3e-8-15e-12), []float64{100 + 0.01 - 2e-6 + 1e-9}},
		// P(Z > 0) = ½, with derivatives f(0) = Γ(2)/(Γ(1.5)√(3π)) and 0
		{"student t tail at its centre", StudentT(q(1), q(0), 1).(CDFer).LogCCDF(x(0)), []float64{0, 3}, -math.Ln2, []float64{2 / (math.Sqrt(math.Pi) / 2 * math.Sqrt(3*math.Pi)), 0}},
		// the exponential law's tail beyond float64: −rate·x
		{"gamma tail underflows", Gamma(1, q(0)).(CDFer).LogCCDF(x(3000)), []float64{1}, -3000, []float64{-3000}},
		// P(X ≤ x) → (rate x)^shape/Γ(shape + 1)
		{"gamma lower tail underflows", Gamma(4, q(0)).(CDFer).LogCDF(x(1e-100)), []float64{1}, 4*math.Log(1e-100) - math.Log(24), []float64{4}},
		// P(X ≤ x) → x^a/(a B(a, b)) = 30·x^5·…, a = 5, b = 2
		{"beta lower tail underflows", Beta(5, 2).(CDFer).LogCDF(q(0)), []float64{1e-80}, 5*math.Log(1e-80) + math.Log(6), []float64{5e80}},
		// −log(1 − e^−rate·w) → as for the exponential restricted to [0, w]
		{"narrow truncation", Truncated(Exponential(q(0)), 1, 1+1e-9).LogDensity(expr.Const(1 + 0.5e-9)), []float64{2}, 9 * math.Ln10, []float64{0}},
	}
	for _, c := range cases {
		program := function(t, expr.Sum(c.e), len(c.at))
		grad := make([]float64, len(c.at))
		v := logDensityAt(program, grad)(c.at)
		check.Close(t, v, c.value, check.Rel.Scaled(1).Loosened(100, "1 + 1e-9 is rounded"), c.title)
		check.CloseSlice(t, grad, c.grad, check.Rel.Scaled(1).Loosened(100, "1 + 1e-9 is rounded"), c.title)
	}
}

// The dispersion of a negative binomial that is almost Poisson: the derivative
// is −((x − mu)² − x)/(2 phi²) to first order.
func TestNegBinomial_NearPoisson(t *testing.T) {
	program := function(t, NegBinomial(3, parameter(0)).LogDensity(expr.Const(5)), 1)
	grad := make([]float64, 1)
	for _, phi := range []float64{1e4, 1e6, 1e8} {
		v := logDensityAt(program, grad)([]float64{phi})
		poisson := 5*math.Log(3) - 3 - math.Log(120)
		first := ((5-3.0)*(5-3) - 5) / (2 * phi)
		check.Close(t, v, poisson+first, check.Rel.Scaled(1).Loosened(1e10*10/(phi*phi)+10, "terms of order 1/phi² are left out"), "phi", phi)
		check.Close(t, grad[0], -first/phi, check.Rel.Scaled(1/phi).Loosened(1e11/phi+10, "terms of order 1/phi are left out"), "slope at phi", phi)
	}
}
