package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type studentT struct{ onReals }

// StudentT returns Student's t distribution with nu > 0 degrees of freedom,
// location mu and scale sigma > 0:
//
//	log f(x) = log Γ((nu+1)/2)/Γ(nu/2) − ½ log(π nu) − log sigma
//	           − ½(nu + 1) log(1 + z²/nu),  z = (x − mu)/sigma.
func StudentT(nu, mu, sigma any) Distribution {
	return newUnivariate("student_t", studentT{}, arg{"nu", nu, positive}, arg{"mu", mu, finite}, arg{"sigma", sigma, positive})
}

func (studentT) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	return expr.Sub(logStudent(p[0], standardised(x, p[1], p[2])), expr.Log(p[2]))
}

// logStudent returns the log density of the standard t distribution.
func logStudent(nu, z expr.Expr) expr.Expr {
	return minus(expr.Mul(expr.Mul(-0.5, expr.Add(nu, 1)), expr.Log1p(expr.Mul(expr.Square(z), expr.Inv(nu)))),
		expr.Mul(0.5, expr.Log(nu)), halfLogPi, expr.Neg(logRising(expr.Mul(0.5, nu), expr.Const(0.5))))
}

func (studentT) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return studentTail(p[0], expr.Neg(standardised(x, p[1], p[2])))
}

func (studentT) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return studentTail(p[0], standardised(x, p[1], p[2]))
}

// studentTail returns log P(Z > z).
func studentTail(nu, z expr.Expr) expr.Expr {
	tail := logStudentBeyond(nu, z) // log P(Z > |z|), at most −log 2
	negative := expr.Less(z, 0)
	return expr.Where(negative, log1m(expr.Exp(tail)), tail)
}

// logStudentBeyond returns log P(Z > |z|) = log ½I_w(nu/2, ½), w = nu/(nu + z²).
//
// The derivative in z is put in by hand, −f/P: through w it would be 0·∞ at
// z = 0. The argument of I is a constant for it, kept off 0 for the sake of the
// derivative in nu.
func logStudentBeyond(nu, z expr.Expr) expr.Expr {
	const least = 1e-100
	size := expr.Abs(z)
	fixed := expr.Constant(expr.Where(expr.Less(size, least), least, size))
	// The two parts of 1 are nu/(nu + z²) and z²/(nu + z²).
	ratio := expr.Div(expr.Square(fixed), nu)
	logSum := expr.Log1p(ratio)
	inner := share{expr.Inv(expr.Add(1, ratio)), expr.Neg(logSum)}
	outer := share{expr.Div(ratio, expr.Add(1, ratio)), expr.Sub(expr.Log(ratio), logSum)}
	logI, _ := betaTails(expr.Mul(0.5, nu), expr.Const(0.5), inner, outer)
	tail := expr.Sub(logI, log2)
	hazard := expr.Constant(expr.Exp(expr.Sub(logStudent(nu, fixed), tail)))
	return expr.Sub(tail, expr.Mul(hazard, expr.Sub(size, expr.Constant(size))))
}

func (studentT) rand(src *rng.Stream, p []float64) float64 {
	return rng.StudentT(src, p[0], p[1], p[2])
}
