package transform

import "github.com/quatre-ppl/quatre/model/expr"

// Upper returns the transform onto x < b, element by element:
//
//	x = b − e^u,  log |dx/du| = u,  u = log(b − x).
//
// b is as a in Lower; where it is known to be +Inf, x = u.
func Upper(b any) Transform {
	return newBounded("upper", expr.Const(-infinity), expr.Of(b))
}

func upperConstrain(u, b expr.Expr) (x, logJacobian expr.Expr) {
	return expr.Sub(b, expr.Exp(u)), u
}

func upperUnconstrain(x, b expr.Expr) expr.Expr { return expr.Log(expr.Sub(b, x)) }
