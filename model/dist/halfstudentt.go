package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type halfStudentT struct{ onPositive }

// HalfStudentT returns the distribution of |Z| for a Student t number Z with
// nu > 0 degrees of freedom, location 0 and scale sigma > 0: twice the density
// of StudentT on x ≥ 0.
func HalfStudentT(nu, sigma any) Distribution {
	return newUnivariate("half_student_t", halfStudentT{}, arg{"nu", nu, positive}, arg{"sigma", sigma, positive})
}

func (halfStudentT) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	z := expr.Mul(x, expr.Inv(p[1]))
	return minus(logStudent(p[0], z), expr.Log(p[1]), -log2)
}

func (halfStudentT) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	_, logWithin := studentTails(p[0], expr.Mul(x, expr.Inv(p[1])))
	return logWithin
}

func (halfStudentT) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	logBeyond, _ := studentTails(p[0], expr.Mul(x, expr.Inv(p[1])))
	return logBeyond
}

func (halfStudentT) rand(src *rng.Stream, p []float64) float64 {
	return math.Abs(rng.StudentT(src, p[0], 0, p[1]))
}
