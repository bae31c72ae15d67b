package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

type truncated struct {
	whole              univariate
	hasLower, hasUpper bool
}

// Truncated returns the distribution d given lower ≤ x ≤ upper:
//
//	log f(x) = log f_d(x) − log P_d(lower ≤ X ≤ upper).
//
// A nil or infinite bound is no bound. The parameters are those of d, then the
// bounds that there are.
func Truncated(d Distribution, lower, upper any) Distribution {
	const name = "truncated"
	part, err := univariatePart(name, d)
	f := truncated{whole: part}
	var args []arg
	if f.hasLower = bounds(lower, -1); f.hasLower {
		args = append(args, arg{"lower", lower, finite})
	}
	if f.hasUpper = bounds(upper, 1); f.hasUpper {
		args = append(args, arg{"upper", upper, finite})
	}
	ends := newFamily(name, args...)
	if err == nil {
		err = ends.err
	}
	if err == nil && len(args) == 2 && !part.s.Discrete() {
		err = increasing(name, "lower", "upper", ends.params[0], ends.params[1])
	}
	if err != nil {
		return compose(name, normal{}, family{}, nil, err)
	}
	return compose(name+"_"+part.name, f, part.family, []univariate{{family: ends}}, nil)
}

// bounds reports whether the argument is a bound and not the infinity of the
// given sign.
func bounds(v any, sign int) bool {
	if v == nil {
		return false
	}
	c, ok := expr.Of(v).ConstValue()
	return !ok || !math.IsInf(c, sign)
}

// split returns the whole with its parameters, and the two bounds, nil where
// there is none. Those of counts are made whole.
func (d truncated) split(p []expr.Expr) (whole univariate, low, high expr.Expr) {
	n := len(d.whole.params)
	whole, p = d.whole.with(p[:n]), p[n:]
	if d.hasLower {
		low, p = p[0], p[1:]
	}
	if d.hasUpper {
		high = p[0]
	}
	if whole.s.Discrete() {
		low, high = rounded(ir.Ceil, low), rounded(ir.Floor, high)
	}
	return whole, low, high
}

// rounded returns fn of a bound, a constant if the bound is one.
func rounded(fn ir.Op, e expr.Expr) expr.Expr {
	if e == nil {
		return nil
	}
	if v, ok := e.ConstValue(); ok {
		return expr.Const(ir.Apply(fn, v, 0, 0))
	}
	return expr.Apply(fn, e)
}

func (d truncated) support(p []expr.Expr) Support {
	whole, low, high := d.split(p)
	s := whole.s
	s.open = s.open && low == nil
	s.Lower, s.Upper = tighter(ir.Max, s.Lower, low), tighter(ir.Min, s.Upper, high)
	switch {
	case s.Discrete() && s.Upper == nil:
		s.Kind = Counts
	case s.Discrete():
		s.Kind = BoundedCounts
	case s.Lower != nil && s.Upper != nil:
		s.Kind = Interval
	case s.Lower != nil:
		s.Kind = Lower
	case s.Upper != nil:
		s.Kind = Upper
	}
	return s
}

// tighter returns fn of two bounds, either of which may be nil.
func tighter(fn ir.Op, a, b expr.Expr) expr.Expr {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	v, ok := a.ConstValue()
	w, ok2 := b.ConstValue()
	if ok && ok2 {
		return expr.Const(ir.Apply(fn, v, w, 0))
	}
	return expr.Apply(fn, a, b)
}

// logMass returns the log probability of what is left of the whole between two
// of its values, both included.
func (d truncated) logMass(whole univariate, low, high expr.Expr) expr.Expr {
	if whole.s.Discrete() && low != nil {
		low = expr.Sub(low, 1)
	}
	return logMass(whole, low, high)
}

func (d truncated) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	whole, low, high := d.split(p)
	total := d.logMass(whole, low, high)
	return expr.Sub(whole.f.logDensity(x, whole.params), invalidUnless(expr.Less(math.Inf(-1), total), total))
}

func (d truncated) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	whole, low, high := d.split(p)
	return expr.Sub(d.logMass(whole, low, x), d.logMass(whole, low, high))
}

func (d truncated) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	whole, low, high := d.split(p)
	return expr.Sub(logMass(whole, x, high), d.logMass(whole, low, high))
}

// rand takes a draw of the whole that lies between the bounds, and after some
// failures inverts the distribution function at a uniform number, on the side
// where the whole has its smaller tail, so that any truncation is as exact as
// the tails are.
func (d truncated) rand(src *rng.Stream, p []float64) float64 {
	const attempts = 10
	n := len(d.whole.params)
	s := d.support(constants(p))
	lower, upper := s.limits()
	for range attempts {
		if x := d.whole.f.rand(src, p[:n]); x >= lower && x <= upper {
			return x
		}
	}
	whole, low, high := d.split(constants(p))
	want := elem.Log(src.Float64()) + valueOf(d.logMass(whole, low, high))
	if high == nil {
		logCCDF := numeric(whole.LogCCDF)
		return firstReached(s, func(x float64) bool { return logCCDF(x) <= want })
	}
	mass := numeric(func(x expr.Expr) expr.Expr { return d.logMass(whole, low, x) })
	return firstReached(s, func(x float64) bool { return mass(x) >= want })
}
