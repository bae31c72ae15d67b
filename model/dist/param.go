package dist

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// rule is what a parameter must satisfy. Values that are known when the model
// is built are checked at once. guard makes others NaN where they break it, for
// the distribution functions; the densities of most families are NaN by their
// form.
type rule struct {
	want  string
	holds func(v float64) bool
	guard func(p expr.Expr) expr.Expr
}

var (
	finite      = rule{"finite", func(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }, asItIs}
	positive    = rule{"positive and finite", func(v float64) bool { return v > 0 && v <= math.MaxFloat64 }, mustBePositive}
	nonNegative = rule{"finite and not negative", func(v float64) bool { return v >= 0 && v <= math.MaxFloat64 }, mustNotBeNegative}
	probability = rule{"in [0, 1]", func(v float64) bool { return v >= 0 && v <= 1 }, mustBeChance}
	whole       = rule{"a whole number ≥ 0", func(v float64) bool { return v >= 0 && v == math.Floor(v) && v < 1<<53 }, asItIs}
)

// arg is one argument of a constructor.
type arg struct {
	name  string
	value any
	want  rule
}

// family is what all distributions have. Err holds the first mistake; the
// parameters then carry it too.
type family struct {
	name   string
	params []expr.Expr
	rules  []rule // of the parameters
	err    error
}

// Name implements Distribution.
func (f family) Name() string { return f.name }

// Params implements Distribution.
func (f family) Params() []expr.Expr { return f.params }

// Err implements Distribution.
func (f family) Err() error { return f.err }

// newFamily converts and checks the arguments.
func newFamily(name string, args ...arg) family {
	f := family{name: name, params: make([]expr.Expr, len(args))}
	for i, a := range args {
		f.params[i] = expr.Of(a.value)
		f.rules = append(f.rules, a.want)
		f.fail(checkArg(name, a, f.params[i]))
	}
	return f
}

// fail keeps the first error.
func (f *family) fail(err error) {
	if f.err != nil || err == nil {
		return
	}
	f.err = err
	for i := range f.params {
		f.params[i] = expr.Error(err)
	}
}

func checkArg(name string, a arg, e expr.Expr) error {
	if err := e.Err(); err != nil {
		return fmt.Errorf("%s: %s: %w", name, a.name, err)
	}
	values, _ := e.DataValues()
	for i, v := range values {
		if a.want.holds(v) {
			continue
		}
		if e.IsScalar() {
			return fmt.Errorf("%s: %s is %v; it must be %s", name, a.name, v, a.want.want)
		}
		return fmt.Errorf("%s: element %d of %s is %v; it must be %s", name, i+1, a.name, v, a.want.want)
	}
	return nil
}

// alike returns an error unless the parameters are scalars or of one shape.
func (f family) alike(args []arg) error {
	var shape tensor.Shape
	var first string
	for i, p := range f.params {
		switch {
		case p.Err() != nil || p.IsScalar():
		case first == "":
			shape, first = p.Shape, args[i].name
		case !p.Shape.Equal(shape):
			return fmt.Errorf("%s: %s has shape %v, %s has shape %v; each must be one number or have the shape of the others", f.name, first, shape, args[i].name, p.Shape)
		}
	}
	return nil
}

// fits returns an error unless x is a scalar, or the parameters are, or they
// have the same shape.
func (f family) fits(x expr.Expr) error {
	if f.err != nil {
		return f.err
	}
	if err := x.Err(); err != nil {
		return err
	}
	for _, p := range f.params {
		if !x.IsScalar() && !p.IsScalar() && !p.Shape.Equal(x.Shape) {
			return fmt.Errorf("%s: values of shape %v with a parameter of shape %v; one of them must be one number or both have one shape", f.name, x.Shape, p.Shape)
		}
	}
	return nil
}

// invalidUnless returns p, NaN where ok is 0. One use of it in a sum of terms
// spoils the sum.
func invalidUnless(ok, p expr.Expr) expr.Expr { return expr.Where(ok, p, math.NaN()) }

func asItIs(p expr.Expr) expr.Expr { return p }

// mustBePositive returns p, NaN unless p > 0, for formulas that would give a
// finite result all the same.
func mustBePositive(p expr.Expr) expr.Expr {
	if v, ok := p.ConstValue(); ok && v > 0 {
		return p
	}
	return invalidUnless(expr.Less(0, p), p)
}

// mustNotBeNegative returns p, NaN unless p ≥ 0.
func mustNotBeNegative(p expr.Expr) expr.Expr {
	if v, ok := p.ConstValue(); ok && v >= 0 {
		return p
	}
	return invalidUnless(expr.LessEq(0, p), p)
}

// mustBeChance returns p, NaN outside [0, 1].
func mustBeChance(p expr.Expr) expr.Expr {
	if v, ok := p.ConstValue(); ok && v >= 0 && v <= 1 {
		return p
	}
	return invalidUnless(expr.Min(expr.LessEq(0, p), expr.LessEq(p, 1)), p)
}

// increasing returns an error if two bounds are known and cross.
func increasing(name, lowName, highName string, low, high expr.Expr) error {
	a, b := knownBound(low), knownBound(high)
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	for i := range max(len(a), len(b)) {
		if v, w := a[i%len(a)], b[i%len(b)]; !(v < w) {
			return fmt.Errorf("%s: %s = %v is not below %s = %v", name, lowName, v, highName, w)
		}
	}
	return nil
}
