package transform

import "github.com/quatre-ppl/quatre/model/expr"

// Interval returns the transform onto a < x < b, element by element:
//
//	x = a + (b − a)/(1 + e^−u)
//	log |dx/du| = log(b − a) + u − 2 log(1 + e^u)
//	u = log(x − a) − log(b − x)
//
// a and b are as a in Lower. Where one of them is known to be infinite when the
// model is built, the map is that of the other one alone.
func Interval(a, b any) Transform { return newBounded("interval", expr.Of(a), expr.Of(b)) }

// intervalConstrain writes log s(u)(1 − s(u)), s the logistic function, as
// u − 2 log(1 + e^u): exact in both tails, and its derivative 1 − 2s(u) shares
// s(u) with x.
func intervalConstrain(u, a, b expr.Expr) (x, logJacobian expr.Expr) {
	width := expr.Sub(b, a)
	x = expr.Add(a, expr.Mul(width, expr.InvLogit(u)))
	return x, expr.Add(expr.Log(width), expr.Sub(u, expr.Mul(2, expr.Log1pExp(u))))
}

func intervalUnconstrain(x, a, b expr.Expr) expr.Expr {
	return expr.Sub(lowerUnconstrain(x, a), upperUnconstrain(x, b))
}
