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

// studentTails returns log P(|Z| > z) = log I_w(nu/2, ½) and log P(|Z| ≤ z) for
// z > 0, where w = nu/(nu + z²) (DLMF 8.17, Abramowitz and Stegun 26.7.1).
func studentTails(nu, z expr.Expr) (logBeyond, logWithin expr.Expr) {
	// z² may overflow and underflow.
	logRatio := expr.Sub(expr.Mul(2, expr.Log(z)), expr.Log(nu))
	inner, outer := logitChance(expr.Neg(logRatio)), logitChance(logRatio)
	return betaTails(expr.Mul(0.5, nu), expr.Const(0.5), inner, outer)
}

// logStudentBeyond returns log P(Z > |z|).
//
// The derivative in z is put in by hand, −f/P: through w it would be 0·∞ at
// z = 0. The argument of the tail is a constant for it; next to 0 that is not z
// itself but a number so small that one step along the derivative is exact.
func logStudentBeyond(nu, z expr.Expr) expr.Expr {
	const next = 1e-9
	size := expr.Abs(z)
	fixed := expr.Constant(expr.Max(size, next))
	logBeyond, _ := studentTails(nu, fixed)
	tail := expr.Sub(logBeyond, log2)
	hazard := expr.Constant(expr.Exp(expr.Sub(logStudent(nu, fixed), tail)))
	return expr.Sub(tail, expr.Mul(hazard, expr.Sub(size, fixed)))
}

func (studentT) rand(src *rng.Stream, p []float64) float64 {
	return rng.StudentT(src, p[0], p[1], p[2])
}
