package dist

import "github.com/quatre-ppl/quatre/model/expr"

// The functions here are combinations of log Γ that cancel when written with
// log Γ itself: at 1e8 one log Γ is 1.7e9 and has an error of 1e-7.

// asymptoticFrom is where Stirling's series with five terms is exact to 2e-14.
const asymptoticFrom = 10

// logRising returns log Γ(x + n)/Γ(x) for x > 0 and n ≥ 0, the logarithm of the
// rising factorial x(x+1)…(x+n−1) for whole n.
func logRising(x, n expr.Expr) expr.Expr {
	large := expr.LessEq(asymptoticFrom, x)
	// Each form sees a harmless argument where the other one is chosen.
	big, small := expr.Where(large, x, asymptoticFrom), expr.Where(large, 1, x)
	sum := expr.Add(big, n)
	asymptotic := plus(
		expr.Mul(n, expr.Log(sum)),
		expr.Sub(expr.Mul(expr.Sub(big, 0.5), expr.Log1p(expr.Div(n, big))), n),
		expr.Sub(stirlingError(sum), stirlingError(big)))
	direct := expr.Sub(expr.Lgamma(expr.Add(small, n)), expr.Lgamma(small))
	return expr.Where(large, asymptotic, direct)
}

// logBeta returns log Γ(a)Γ(b)/Γ(a + b) for a, b > 0.
func logBeta(a, b expr.Expr) expr.Expr {
	swap := expr.Less(b, a)
	p, q := expr.Where(swap, b, a), expr.Where(swap, a, b) // p ≤ q
	large := expr.LessEq(asymptoticFrom, p)
	bigP, bigQ := expr.Where(large, p, asymptoticFrom), expr.Where(large, q, asymptoticFrom)
	ratio := expr.Div(bigP, bigQ)
	sum := expr.Add(bigP, bigQ)
	// Stirling's log Γ of all three, with the logarithms of p and q taken
	// relative to p + q.
	asymptotic := plus(
		expr.Mul(expr.Sub(bigP, 0.5), expr.Log(expr.Div(bigP, sum))),
		expr.Neg(expr.Mul(bigQ, expr.Log1p(ratio))),
		expr.Mul(-0.5, expr.Log(bigQ)), halfLog2Pi,
		minus(expr.Add(stirlingError(bigP), stirlingError(bigQ)), stirlingError(sum)))
	smallP, smallQ := expr.Where(large, 1, p), expr.Where(large, 1, q)
	direct := expr.Sub(expr.Lgamma(smallP), logRising(smallQ, smallP))
	return expr.Where(large, asymptotic, direct)
}

// logChoose returns the logarithm of the binomial coefficient n over k, for
// 0 ≤ k ≤ n.
func logChoose(n, k expr.Expr) expr.Expr {
	n1 := expr.Add(n, 1)
	return expr.Neg(expr.Add(expr.Log(n1), logBeta(expr.Add(k, 1), expr.Sub(n1, k))))
}

// stirlingError returns log Γ(x) − ((x − ½) log x − x + ½ log 2π) for x ≥ 10: the
// first terms of Stirling's series (DLMF 5.11.1), with Bernoulli numbers.
func stirlingError(x expr.Expr) expr.Expr {
	inverse := expr.Inv(x)
	w := expr.Square(inverse)
	series := expr.Const(1.0 / 1188)
	for _, c := range []float64{-1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12} {
		series = expr.Add(expr.Mul(series, w), c)
	}
	return expr.Mul(series, inverse)
}
