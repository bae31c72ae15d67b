package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// Constants of normalisation.
const (
	halfLog2Pi = 0.91893853320467274178 // ½ log 2π
	logPi      = 1.1447298858494001741
	halfLogPi  = 0.57236494292470008707
	log2       = math.Ln2
	logSix     = 1.7917594692280550008
)

// minus returns a − b₁ − b₂ − …
func minus(a any, bs ...any) expr.Expr {
	e := expr.Of(a)
	for _, b := range bs {
		e = expr.Sub(e, b)
	}
	return e
}

// plus returns a + b₁ + b₂ + …
func plus(a any, bs ...any) expr.Expr {
	e := expr.Of(a)
	for _, b := range bs {
		e = expr.Add(e, b)
	}
	return e
}

// standardised returns (x − mu)/sigma. The reciprocal is taken once when sigma
// is one number for many x.
func standardised(x, mu, sigma expr.Expr) expr.Expr {
	return expr.Mul(expr.Sub(x, mu), expr.Inv(sigma))
}

// power returns (a − 1)·log x, the exponent of a density's factor x^(a−1); 0 for
// the constant a = 1 whatever x.
func power(a, x expr.Expr) expr.Expr {
	if v, ok := a.ConstValue(); ok && v == 1 {
		return expr.Const(0)
	}
	return expr.Mul(expr.Sub(a, 1), expr.Log(x))
}

// timesLog returns n·log p for n ≥ 0 with 0·log 0 = 0. log is the logarithm, or
// the logarithm of the complement where p = 1 makes it −∞; zero tells where.
//
// Where p = zero the logarithm is left out and a term veto·n takes its place,
// with veto so large that the product of any n > 0 with it overflows to −∞. For
// one p and many n both terms remain multiples of Σ n.
func timesLog(n, p expr.Expr, zero float64, log func(a any) expr.Expr) expr.Expr {
	if v, ok := p.ConstValue(); ok {
		if v != zero {
			return expr.Mul(n, log(p))
		}
		return expr.Where(expr.Less(0, n), math.Inf(-1), 0)
	}
	const huge = 1e200
	isZero := expr.Equal(p, zero)
	finite := log(expr.Where(isZero, 0.5, p))
	veto := expr.Where(isZero, -huge, 0)
	return expr.Add(
		expr.Mul(n, expr.Where(isZero, 0, finite)),
		expr.Mul(huge, expr.Mul(n, veto)))
}

// log1m returns log(1 − a).
func log1m(a any) expr.Expr { return expr.Log1p(expr.Neg(a)) }

// logitOf returns eta if p is written as 1/(1 + e^−eta). Densities are finite in
// eta where p rounds to 0 or 1, and cost one logarithm.
func logitOf(p expr.Expr) (eta expr.Expr, ok bool) {
	if p.Kind == expr.Map && p.Fn == ir.InvLogit {
		return p.In[0], true
	}
	return nil, false
}

// logSumExp returns log Σ e^t over the list, element by element.
func logSumExp(list []expr.Expr) expr.Expr {
	hi := list[0]
	for _, t := range list[1:] {
		hi = expr.Max(hi, t)
	}
	hi = expr.Constant(hi)
	// All −∞: subtract 0 instead, so that the sum is 0 and its log −∞.
	shift := expr.Where(expr.Less(math.Inf(-1), hi), hi, 0)
	sum := expr.Exp(expr.Sub(list[0], shift))
	for _, t := range list[1:] {
		sum = expr.Add(sum, expr.Exp(expr.Sub(t, shift)))
	}
	return expr.Add(shift, expr.Log(sum))
}
