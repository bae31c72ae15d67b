package dist

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
)

// logOrEmpty returns log p, with −∞ at p = 0 that has no derivative.
func logOrEmpty(p expr.Expr) expr.Expr {
	empty := expr.Equal(p, 0)
	return expr.Where(empty, math.Inf(-1), expr.Log(expr.Where(empty, 1, p)))
}

// simplexTolerance is how far the sum of a simplex may be from 1.
const simplexTolerance = 1e-8

// zeroIfSimplex returns 0 if the sum of the absolute values of a vector is that
// of a simplex, else NaN.
func zeroIfSimplex(size expr.Expr) expr.Expr {
	return invalidUnless(expr.LessEq(expr.Abs(expr.Sub(size, 1)), simplexTolerance), expr.Const(0))
}

// isSimplex returns an error unless the values are ≥ 0 and sum to 1.
func isSimplex(name, what string, values []float64) error {
	sum := 0.0
	for i, v := range values {
		sum += v
		if !(v >= 0) {
			return fmt.Errorf("%s: element %d of %s is %v; it must be ≥ 0", name, i+1, what, v)
		}
	}
	if !(math.Abs(sum-1) <= simplexTolerance) {
		return fmt.Errorf("%s: %s sum to %v; they must sum to 1", name, what, sum)
	}
	return nil
}
