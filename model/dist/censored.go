package dist

import (
	"fmt"

	"github.com/quatre-ppl/quatre/model/expr"
)

// observation is a distribution seen through a record that does not tell its
// value exactly. Its LogDensity is the contribution of a record to the
// likelihood.
type observation struct {
	family
	of            univariate
	support       Support
	logLikelihood func(of univariate, x expr.Expr) expr.Expr
}

func observe(name string, d Distribution, logLikelihood func(of univariate, x expr.Expr) expr.Expr) observation {
	part, err := univariatePart(name, d)
	o := observation{family: family{name: name}, of: part, support: Support{Kind: Real}, logLikelihood: logLikelihood}
	if err == nil {
		o.name += "_" + part.name
		o.params = part.params
	}
	o.fail(err)
	return o
}

// Support implements Distribution.
func (o observation) Support() Support { return o.support }

// LogDensity implements Distribution.
func (o observation) LogDensity(x expr.Expr) expr.Expr {
	if o.err != nil {
		return expr.Error(o.err)
	}
	if x.Err() != nil {
		return x
	}
	return o.logLikelihood(o.of, x)
}

// LeftCensored returns the law of a record x of a value of d that is known only
// to be at most x: LogDensity is log P(X ≤ x).
func LeftCensored(d Distribution) Distribution {
	return observe("left_censored", d, univariate.LogCDF)
}

// RightCensored returns the law of a record x of a value of d that is known only
// to be above x: LogDensity is log P(X > x).
func RightCensored(d Distribution) Distribution {
	return observe("right_censored", d, univariate.LogCCDF)
}

// IntervalCensored returns the law of a record of a value of d that is known
// only to lie between two ends: LogDensity is log P(low < X ≤ high). Its argument
// holds the ends in its last dimension: shape (2) for one record, (n, 2) for
// n of them.
func IntervalCensored(d Distribution) Distribution {
	return observe("interval_censored", d, func(of univariate, x expr.Expr) expr.Expr {
		switch {
		case x.Shape.Dims() == 1 && x.Shape[0] == 2:
			return logMass(of, expr.At(x, 0), expr.At(x, 1))
		case x.Shape.Dims() == 2 && x.Shape[1] == 2:
			return logMass(of, expr.Col(x, 0), expr.Col(x, 1))
		}
		return expr.Error(fmt.Errorf("interval_censored: records of shape %v; give shape (2) or (n, 2), the lower ends first", x.Shape))
	})
}

// Censored returns the law of a value of d that is recorded as lower when it is
// less, and as upper when it is more. Either may be nil. LogDensity is
// log P(X ≤ lower) at lower, log P(X ≥ upper) at upper and the log density of d
// between them.
func Censored(d Distribution, lower, upper any) Distribution {
	const name = "censored"
	var args []arg
	hasLower, hasUpper := bounds(lower, -1), bounds(upper, 1)
	if hasLower {
		args = append(args, arg{"lower", lower, finite})
	}
	if hasUpper {
		args = append(args, arg{"upper", upper, finite})
	}
	ends := newFamily(name, args...)
	var low, high expr.Expr
	if hasLower {
		low = ends.params[0]
	}
	if hasUpper {
		high = ends.params[len(args)-1]
	}
	o := observe(name, d, func(of univariate, x expr.Expr) expr.Expr { return logCensored(of, low, high, x) })
	if o.err == nil && hasLower && hasUpper {
		o.fail(increasing(name, "lower", "upper", low, high))
	}
	o.fail(ends.err)
	if o.err == nil {
		o.params = append(append([]expr.Expr{}, o.params...), ends.params...)
		o.support = truncated{whole: o.of, hasLower: hasLower, hasUpper: hasUpper}.support(o.params)
	}
	return o
}

func logCensored(of univariate, low, high, x expr.Expr) expr.Expr {
	record := Support{Kind: Real, Lower: low, Upper: high}
	switch {
	case low != nil && high != nil:
		record.Kind = Interval
	case low != nil:
		record.Kind = Lower
	case high != nil:
		record.Kind = Upper
	}
	safe, outside := record.confine(x)
	e := of.LogDensity(safe)
	if low != nil {
		e = expr.Where(expr.Equal(safe, low), of.LogCDF(low), e)
	}
	if high != nil {
		reached := high
		if of.s.Discrete() {
			reached = expr.Sub(high, 1) // X ≥ high
		}
		e = expr.Where(expr.Equal(safe, high), of.LogCCDF(reached), e)
	}
	return expr.Add(e, outside)
}
