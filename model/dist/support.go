package dist

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/transform"
)

// Kind is a kind of support.
type Kind uint8

// The kinds of support. Counts are whole numbers.
const (
	Real          Kind = iota // any number
	Lower                     // x ≥ Support.Lower
	Upper                     // x ≤ Support.Upper
	Interval                  // Support.Lower ≤ x ≤ Support.Upper
	Counts                    // Support.Lower, Support.Lower + 1, …
	BoundedCounts             // Support.Lower … Support.Upper
	Vector                    // any vector
	Simplex                   // vectors of numbers ≥ 0 with sum 1
	Ordered                   // vectors x₁ < x₂ < …
)

// Support is the set of values that a distribution allows. Lower and Upper are
// nil where the kind does not use them.
type Support struct {
	Kind         Kind
	Lower, Upper expr.Expr
	open         bool // of Lower: the bound itself is outside
}

// Discrete reports whether the values are counts.
func (s Support) Discrete() bool { return s.Kind == Counts || s.Kind == BoundedCounts }

// Multivariate reports whether a value is a vector with one log density, so that
// the elements have none of their own.
func (s Support) Multivariate() bool {
	return s.Kind == Vector || s.Kind == Simplex || s.Kind == Ordered
}

// Transform returns the map from unconstrained numbers onto the support; false
// for counts, which have none.
func (s Support) Transform() (transform.Transform, bool) {
	switch s.Kind {
	case Lower:
		return transform.Lower(s.Lower), true
	case Upper:
		return transform.Upper(s.Upper), true
	case Interval:
		return transform.Interval(s.Lower, s.Upper), true
	case Simplex:
		return transform.Simplex(), true
	case Ordered:
		return transform.Ordered(), true
	case Real, Vector:
		return transform.Identity(), true
	}
	return nil, false
}

// outside returns 1 for the elements of x outside a support of scalars, 0 for
// the others and, except for counts, for NaN.
func (s Support) outside(x expr.Expr) expr.Expr {
	either := func(a, b expr.Expr) expr.Expr { return expr.Max(a, b) }
	broken := func() expr.Expr { return expr.Sub(1, expr.Equal(x, floor(x))) }
	switch s.Kind {
	case Lower:
		if s.open {
			return expr.LessEq(x, s.Lower)
		}
		return expr.Less(x, s.Lower)
	case Upper:
		return expr.Less(s.Upper, x)
	case Interval:
		return either(expr.Less(x, s.Lower), expr.Less(s.Upper, x))
	case Counts:
		return either(broken(), expr.Less(x, s.Lower))
	case BoundedCounts:
		return either(broken(), either(expr.Less(x, s.Lower), expr.Less(s.Upper, x)))
	}
	return expr.Const(0)
}

// inside returns a value in the interior of the support.
func (s Support) inside() expr.Expr {
	switch s.Kind {
	case Lower:
		return expr.Add(s.Lower, 1)
	case Upper:
		return expr.Sub(s.Upper, 1)
	case Interval:
		return expr.Mul(0.5, expr.Add(s.Lower, s.Upper))
	case Counts, BoundedCounts:
		return s.Lower
	}
	return expr.Const(0)
}

// confine returns x with the elements outside the support replaced by a value
// inside, so that a density and its gradient are finite there, and a term
// that is −∞ for those elements and 0 for the others.
func (s Support) confine(x expr.Expr) (safe, term expr.Expr) {
	if s.Kind == Real || s.certain(x) {
		return x, expr.Const(0)
	}
	out := s.outside(x)
	term = expr.Where(out, math.Inf(-1), 0)
	if _, err := s.check(x); err == nil && isData(x) && s.known() {
		return x, term // all of them are inside
	}
	return expr.Where(out, s.inside(), x), term
}

// certain reports whether x lies in the support by the way it is built, as the
// values of a constrained parameter do.
func (s Support) certain(x expr.Expr) bool {
	switch s.Kind {
	case Lower:
		low, ok := s.Lower.ConstValue()
		return ok && !isData(x) && lowest(x, 8) >= low
	case Interval:
		low, ok := s.Lower.ConstValue()
		high, ok2 := s.Upper.ConstValue()
		return ok && ok2 && low <= 0 && high >= 1 && x.Kind == expr.Map && x.Fn == ir.InvLogit
	}
	return false
}

// lowest returns a lower bound of the elements of x that holds for any values
// of the parameters, looking no deeper than depth.
func lowest(x expr.Expr, depth int) float64 {
	if depth == 0 || x.Err() != nil {
		return math.Inf(-1)
	}
	switch x.Kind {
	case expr.Literal:
		return x.Values[0]
	case expr.Fill, expr.Slice, expr.Gather, expr.Stop:
		return lowest(x.In[0], depth-1)
	case expr.CumSum:
		if low := lowest(x.In[0], depth-1); low >= 0 {
			return low
		}
	case expr.Map:
		return lowestOf(x, depth-1)
	}
	return math.Inf(-1)
}

func lowestOf(x expr.Expr, depth int) float64 {
	switch x.Fn {
	case ir.Exp, ir.Square, ir.Abs, ir.Sqrt, ir.InvLogit, ir.Log1pExp, ir.NormCDF:
		return 0
	case ir.Add:
		return lowest(x.In[0], depth) + lowest(x.In[1], depth)
	case ir.Mul:
		if a, b := lowest(x.In[0], depth), lowest(x.In[1], depth); a >= 0 && b >= 0 {
			return a * b
		}
	}
	return math.Inf(-1)
}

// CheckData returns an error that names the first element of x outside the
// support of d, if x is data and the bounds of the support are known. The log
// density is −Inf there, so no point of the model would be accepted.
func CheckData(d Distribution, x expr.Expr) error {
	s := d.Support()
	if i, err := s.check(x); err != nil {
		if x.IsScalar() {
			return fmt.Errorf("%s: an observation is %w", d.Name(), err)
		}
		return fmt.Errorf("%s: observation %d is %w", d.Name(), i+1, err)
	}
	return nil
}

// check returns the first known element of x outside the support.
func (s Support) check(x expr.Expr) (int, error) {
	values, ok := x.DataValues()
	if !ok {
		return 0, nil
	}
	low, high := knownBound(s.Lower), knownBound(s.Upper)
	for i, v := range values {
		switch {
		case s.Discrete() && v != math.Floor(v):
			return i, fmt.Errorf("%v, not a whole number", v)
		case len(low) > 0 && (v < low[i%len(low)] || s.open && v == low[i%len(low)]):
			return i, fmt.Errorf("%v, below the support, which begins at %v", v, low[i%len(low)])
		case len(high) > 0 && v > high[i%len(high)]:
			return i, fmt.Errorf("%v, above the support, which ends at %v", v, high[i%len(high)])
		}
	}
	return 0, nil
}

// known reports whether the bounds are data.
func (s Support) known() bool {
	return (s.Lower == nil || isData(s.Lower)) && (s.Upper == nil || isData(s.Upper))
}

func knownBound(e expr.Expr) []float64 {
	if e == nil {
		return nil
	}
	values, _ := e.DataValues()
	return values
}

func isData(x expr.Expr) bool {
	_, ok := x.DataValues()
	return ok
}

func floor(x expr.Expr) expr.Expr { return expr.Apply(ir.Floor, x) }

// equal reports whether two supports are known to be the same.
func (s Support) equal(t Support) bool {
	return s.Kind == t.Kind && s.open == t.open && sameBound(s.Lower, t.Lower) && sameBound(s.Upper, t.Upper)
}

func sameBound(a, b expr.Expr) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return false
	}
	v, ok := a.ConstValue()
	w, ok2 := b.ConstValue()
	return ok && ok2 && v == w
}
