package dist

import "github.com/quatre-ppl/quatre/model/expr"

// narrow is the share of a tail below which a difference of tails has lost five
// digits or more.
const narrow = 1e-5

// logMass returns log P(low < X ≤ high); a nil bound is infinite. The
// difference is taken on the side of the smaller tail. What is a very small part
// even of that tail is integrated instead, by Simpson's rule.
func logMass(d univariate, low, high expr.Expr) expr.Expr {
	switch {
	case low == nil && high == nil:
		return expr.Const(0)
	case low == nil:
		return d.LogCDF(high)
	case high == nil:
		return d.LogCCDF(low)
	}
	below, above := d.LogCDF(low), d.LogCCDF(low)
	left := expr.Less(below, above)
	more := expr.Where(left, d.LogCDF(high), above)
	less := expr.Where(left, below, d.LogCCDF(high))
	if d.s.Discrete() {
		return expr.LogDiffExp(more, expr.Min(less, more))
	}
	// P/tail = 1 − e^(less − more).
	isNarrow := expr.Less(expr.Sub(more, less), narrow)
	wide := expr.LogDiffExp(expr.Where(isNarrow, 0, more), expr.Where(isNarrow, -1, less))
	return expr.Where(isNarrow, logSimpson(d, low, high), wide)
}

// logSimpson returns the logarithm of Simpson's rule for the density between
// two close ends.
func logSimpson(d univariate, low, high expr.Expr) expr.Expr {
	width := expr.Sub(high, low)
	middle := expr.Add(low, expr.Mul(0.5, width))
	sum := logSumExp([]expr.Expr{d.LogDensity(low), expr.Add(d.LogDensity(middle), 2*log2), d.LogDensity(high)})
	return expr.Add(expr.Sub(sum, logSix), expr.Log(expr.Max(width, 0)))
}
