package dist

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

// formula is what one univariate family adds to the common parts: p are its
// parameters, x lies in the support. For the distribution functions x lies in
// its interior (below the last one for counts) and, for counts, is whole.
type formula interface {
	support(p []expr.Expr) Support
	logDensity(x expr.Expr, p []expr.Expr) expr.Expr
	logCDF(x expr.Expr, p []expr.Expr) expr.Expr
	logCCDF(x expr.Expr, p []expr.Expr) expr.Expr
	rand(src *rng.Stream, p []float64) float64
}

// inverted is a formula whose distribution function has a closed inverse.
type inverted interface {
	quantile(u float64, p []float64) float64
}

// univariate is a distribution of one number made from its formula.
type univariate struct {
	family
	f formula
	s Support
}

func newUnivariate(name string, f formula, args ...arg) univariate {
	d := univariate{family: newFamily(name, args...), f: f}
	d.fail(d.alike(args))
	d.s = f.support(d.params)
	return d
}

// with returns the distribution with other parameters.
func (d univariate) with(params []expr.Expr) univariate {
	d.params = params
	d.s = d.f.support(params)
	return d
}

// Support implements Distribution.
func (d univariate) Support() Support { return d.s }

// LogDensity implements Distribution.
func (d univariate) LogDensity(x expr.Expr) expr.Expr {
	if err := d.fits(x); err != nil {
		return expr.Error(err)
	}
	safe, outside := d.s.confine(x)
	e := expr.Add(d.f.logDensity(safe, d.params), outside)
	if e.Err() == nil && e.IsScalar() && !x.IsScalar() {
		return expr.Repeat(e, x.Shape) // the same for every element
	}
	return e
}

// LogCDF implements CDFer.
func (d univariate) LogCDF(x expr.Expr) expr.Expr {
	return d.clipped(x, d.f.logCDF, math.Inf(-1), 0)
}

// LogCCDF implements CDFer.
func (d univariate) LogCCDF(x expr.Expr) expr.Expr {
	return d.clipped(x, d.f.logCCDF, 0, math.Inf(-1))
}

// clipped returns f(x) in the interior of the support, below and above beyond
// it. A count is rounded down first.
func (d univariate) clipped(x expr.Expr, f func(x expr.Expr, p []expr.Expr) expr.Expr, below, above float64) expr.Expr {
	if err := d.fits(x); err != nil {
		return expr.Error(err)
	}
	if d.s.Discrete() {
		x = floor(x)
	}
	params := make([]expr.Expr, len(d.params))
	for i, p := range d.params {
		params[i] = d.rules[i].guard(p)
	}
	isBelow, isAbove := expr.Const(0), expr.Const(0)
	if d.s.Lower != nil {
		isBelow = expr.LessEq(x, d.s.Lower)
		if d.s.Discrete() {
			isBelow = expr.Less(x, d.s.Lower)
		}
	}
	if d.s.Upper != nil {
		isAbove = expr.LessEq(d.s.Upper, x)
	}
	if d.s.Lower == nil && d.s.Upper == nil {
		return f(x, params)
	}
	beyond := expr.Max(isBelow, isAbove)
	return expr.Where(beyond, expr.Where(isBelow, below, above), f(expr.Where(beyond, d.s.inside(), x), params))
}

// Rand implements Rander.
func (d univariate) Rand(src *rng.Stream, params []float64) float64 { return d.f.rand(src, params) }

// CDF implements Quantiler.
func (d univariate) CDF(x float64, params []float64) float64 {
	return elem.Exp(numeric(d.with(constants(params)).LogCDF)(x))
}

// Quantile implements Quantiler.
func (d univariate) Quantile(p float64, params []float64) float64 {
	if q, ok := d.f.(inverted); ok {
		return q.quantile(p, params)
	}
	return quantile(d.with(constants(params)), p)
}

// The supports that families share.

type onReals struct{}

func (onReals) support([]expr.Expr) Support { return Support{Kind: Real} }

type onPositive struct{}

func (onPositive) support([]expr.Expr) Support { return Support{Kind: Lower, Lower: expr.Const(0)} }

type onOpenPositive struct{}

func (onOpenPositive) support([]expr.Expr) Support {
	return Support{Kind: Lower, Lower: expr.Const(0), open: true}
}

type onCounts struct{}

func (onCounts) support([]expr.Expr) Support { return Support{Kind: Counts, Lower: expr.Const(0)} }
