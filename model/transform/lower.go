package transform

import "github.com/quatre-ppl/quatre/model/expr"

// Lower returns the transform onto x > a, element by element:
//
//	x = a + e^u,  log |dx/du| = u,  u = log(x − a).
//
// a is a number or an array of the parameter's shape, and may depend on other
// parameters. Where it is known to be −Inf when the model is built, x = u.
func Lower(a any) Transform {
	return newBounded("lower", expr.Of(a), expr.Const(infinity))
}

func lowerConstrain(u, a expr.Expr) (x, logJacobian expr.Expr) {
	return expr.Add(a, expr.Exp(u)), u
}

func lowerUnconstrain(x, a expr.Expr) expr.Expr { return expr.Log(expr.Sub(x, a)) }
