package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// logPi is log π.
const logPi = 1.1447298858494001741

// specialFunctions are the special functions that work element by element, and those on the scales of logarithms and odds.
func specialFunctions() map[string]entry {
	return map[string]entry{
		"erf":                   oneReal(mapped(ir.Erf)),
		"erfc":                  oneReal(mapped(ir.Erfc)),
		"inv_erfc":              oneReal(func(x any) expr.Expr { return expr.Mul(-math.Sqrt2/2, quantile(expr.Mul(0.5, x))) }),
		"Phi":                   oneReal(mapped(ir.NormCDF)),
		"Phi_approx":            oneReal(phiApprox),
		"inv_Phi":               oneReal(quantile),
		"std_normal_qf":         oneReal(quantile),
		"std_normal_log_qf":     oneReal(logQuantile),
		"lgamma":                oneReal(expr.Lgamma),
		"digamma":               oneReal(expr.Digamma),
		"trigamma":              oneNumber(elem.Trigamma, nil),
		"tgamma":                oneNumber(gammaOf, gamma),
		"gamma_p":               twoReals(func(a, x any) expr.Expr { return expr.Apply(ir.GammaP, expr.Of(a), expr.Of(x)) }),
		"gamma_q":               twoReals(func(a, x any) expr.Expr { return expr.Apply(ir.GammaQ, expr.Of(a), expr.Of(x)) }),
		"inc_beta":              realFunction(3, func(x []expr.Expr) expr.Expr { return expr.Apply(ir.BetaInc, x...) }),
		"beta":                  numericFunction(func(x []float64) float64 { return elem.Exp(elem.LogBeta(x[0], x[1])) }, pairOf(func(a, b any) expr.Expr { return expr.Exp(logBeta(a, b)) })),
		"lbeta":                 numericFunction(func(x []float64) float64 { return elem.LogBeta(x[0], x[1]) }, pairOf(logBeta)),
		"lchoose":               twoReals(logChoose),
		"log_falling_factorial": twoReals(func(x, n any) expr.Expr { return expr.Sub(lgamma1(x), lgamma1(expr.Sub(x, n))) }),
		"log_rising_factorial":  twoReals(func(x, n any) expr.Expr { return expr.Sub(expr.Lgamma(expr.Add(x, n)), expr.Lgamma(x)) }),
		"lmgamma":               entry{lanes: true, eval: multivariateLogGamma},
		"binary_log_loss":       twoReals(binaryLogLoss),

		"inv_logit":          oneReal(expr.InvLogit),
		"logit":              oneReal(expr.Logit),
		"log_inv_logit":      oneReal(expr.LogInvLogit),
		"log1m_inv_logit":    oneReal(expr.Log1mInvLogit),
		"log_inv_logit_diff": twoReals(logInvLogitDiff),
		"inv_cloglog":        oneReal(func(x any) expr.Expr { return expr.Neg(expr.Expm1(expr.Neg(expr.Exp(x)))) }),
		"log1m":              oneReal(func(x any) expr.Expr { return expr.Log1p(expr.Neg(x)) }),
		"log1m_exp":          oneReal(expr.Log1mExp),
		"log1p_exp":          oneReal(expr.Log1pExp),

		"falling_factorial": entry{lanes: true, eval: factorial(-1)},
		"rising_factorial":  entry{lanes: true, eval: factorial(1)},
		"choose":            intFunction(choose, nil),
	}
}

func quantile(p any) expr.Expr { return expr.Apply(ir.NormQuantile, expr.Of(p)) }

// lgamma1 is log Γ(x + 1).
func lgamma1(x any) expr.Expr { return expr.Lgamma(expr.Add(x, 1)) }

// phiApprox is the logistic curve near Φ of Bowling et al. (2009), eq. 12.
func phiApprox(a any) expr.Expr {
	x := expr.Of(a)
	return expr.InvLogit(expr.Mul(x, expr.Add(1.5976, expr.Mul(0.07056, expr.Square(x)))))
}

// logQuantile returns the z with log Φ(z) = lp. Below lp = −300, where Φ(z) leaves the range of float64, it solves the
// equation by Newton's method from the leading terms of the asymptotic series.
func logQuantile(a any) expr.Expr {
	lp := expr.Of(a)
	deep := expr.Less(lp, -300)
	low := expr.Where(deep, lp, -300)
	twice := expr.Mul(-2, low)
	z := expr.Neg(expr.Sqrt(expr.Sub(expr.Sub(twice, expr.Log(twice)), math.Log(2*math.Pi))))
	for range 3 {
		value := expr.Apply(ir.LogNormCDF, z)
		logDensity := expr.Sub(expr.Mul(-0.5, expr.Square(z)), 0.5*math.Log(2*math.Pi))
		z = expr.Sub(z, expr.Mul(expr.Sub(value, low), expr.Exp(expr.Sub(value, logDensity))))
	}
	upper := expr.Less(-math.Ln2, lp)
	p := quantile(expr.Exp(expr.Where(deep, -1, lp)))
	q := expr.Neg(quantile(expr.Neg(expr.Expm1(expr.Where(upper, lp, -1)))))
	return expr.Where(deep, z, expr.Where(upper, q, p))
}

func logBeta(a, b any) expr.Expr {
	return expr.Sub(expr.Add(expr.Lgamma(a), expr.Lgamma(b)), expr.Lgamma(expr.Add(a, b)))
}

// logChoose: log of n over k for reals.
func logChoose(n, k any) expr.Expr {
	return expr.Sub(expr.Sub(lgamma1(n), lgamma1(k)), lgamma1(expr.Sub(n, k)))
}

// gamma: Γ(x) = ±e^(log |Γ(x)|), negative where ⌊x⌋ is odd and negative.
func gamma(a any) expr.Expr {
	x := expr.Of(a)
	whole := expr.Apply(ir.Floor, expr.Constant(x))
	odd := expr.Sub(whole, expr.Mul(2, expr.Apply(ir.Floor, expr.Mul(0.5, whole))))
	negative := expr.Mul(odd, expr.Less(x, 0))
	return expr.Mul(expr.Where(negative, -1, 1), expr.Exp(expr.Lgamma(x)))
}

// gammaOf computes Γ(x) by its recurrence from 1 ≤ x < 2, where e^(log Γ) is good to the last digits.
func gammaOf(x float64) float64 {
	switch {
	case x == 0:
		return 1 / x
	case x != x || x == math.Floor(x) && x < 0 || x < -180:
		return math.NaN()
	case x > 172:
		return math.Inf(1)
	}
	factor := 1.0
	for x >= 2 {
		x--
		factor *= x
	}
	for x < 1 {
		factor /= x
		x++
	}
	if x == 1 {
		return factor
	}
	return factor * elem.Exp(elem.Lgamma(x))
}

// multivariateLogGamma is lmgamma: log Γ_n(x) = n(n−1)/4·log π + Σ_{j≤n} log Γ(x + (1−j)/2), for one n.
func multivariateLogGamma(c *call) (*Value, error) {
	n := c.args[0]
	if !n.IsScalar() || n.Lanes != nil {
		return c.outOfLanes()
	}
	order := n.Int()
	inner := *c
	inner.args = c.args[1:]
	return inner.elementwise(elementwise{sym: func(x []expr.Expr) expr.Expr {
		sum := expr.Const(float64(order*(order-1)) / 4 * logPi)
		for j := range order {
			sum = expr.Add(sum, expr.Lgamma(expr.Sub(x[0], float64(j)/2)))
		}
		return sum
	}})
}

// binaryLogLoss: −log p for y = 1, −log(1 − p) for y = 0.
func binaryLogLoss(y, p any) expr.Expr {
	return expr.Neg(expr.Log(expr.Where(y, p, expr.Sub(1, p))))
}

// logInvLogitDiff: log(inv_logit(x) − inv_logit(y)) for x > y.
func logInvLogitDiff(a, b any) expr.Expr {
	x, y := expr.Of(a), expr.Of(b)
	outer := expr.Sub(expr.Sub(x, expr.Log1pExp(x)), expr.Log1pExp(y))
	return expr.Add(outer, expr.Log1mExp(expr.Sub(y, x)))
}

// factorial is x(x−1)…(x−n+1) for step −1, x(x+1)…(x+n−1) for step 1.
func factorial(step float64) func(c *call) (*Value, error) {
	product := func(x []float64) float64 {
		y := 1.0
		for k := range int(x[1]) {
			y *= x[0] + float64(step*float64(k))
		}
		return y
	}
	return func(c *call) (*Value, error) {
		n := c.args[1]
		if !n.known() {
			return nil, c.errorf("", "the number of factors depends on parameters")
		}
		for _, k := range n.Ints {
			if k < 0 {
				return nil, c.errorf("", "the number of factors is %d; it must not be negative", k)
			}
		}
		if c.result.IsInt() {
			return c.ints(func(_ *call, x []int) (int, error) {
				return int(product([]float64{float64(x[0]), float64(x[1])})), nil
			}, nil)
		}
		f := elementwise{num: product}
		if n.IsScalar() && n.Lanes == nil {
			f.sym = func(x []expr.Expr) expr.Expr {
				y := expr.Const(1)
				for k := range n.Int() {
					y = expr.Mul(y, expr.Add(x[0], step*float64(k)))
				}
				return y
			}
		}
		return c.elementwise(f)
	}
}

// choose is n over k; it is exact, and refuses what ints cannot hold.
func choose(c *call, x []int) (int, error) {
	n, k := x[0], x[1]
	if n < 0 || k < 0 {
		return 0, c.errorf("", "choose(%d, %d) of negative numbers", n, k)
	}
	if k > n {
		return 0, nil
	}
	k = min(k, n-k)
	out := 1
	for i := 1; i <= k; i++ {
		out = out * (n - k + i) / i
		if out > math.MaxInt32 {
			return 0, c.errorf("use lchoose for its logarithm", "choose(%d, %d) is too large for an int", n, x[1])
		}
	}
	return out, nil
}
