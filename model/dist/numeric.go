package dist

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// constants returns numbers as expressions.
func constants(values []float64) []expr.Expr {
	list := make([]expr.Expr, len(values))
	for i, v := range values {
		list[i] = expr.Const(v)
	}
	return list
}

// numeric turns a formula in one scalar into a function of numbers, so that a
// distribution function is written once. The elementary operations are those
// of any program.
func numeric(f func(x expr.Expr) expr.Expr) func(x float64) float64 {
	x := expr.Unconstrained("x", 0, nil)
	t := &tape{at: make(map[expr.Expr]int)}
	root := t.add(f(x))
	return func(v float64) float64 {
		for i := range t.steps {
			t.steps[i].run(t.regs, v)
		}
		return t.regs[root]
	}
}

// valueOf returns the value of a scalar expression of constants.
func valueOf(e expr.Expr) float64 {
	return numeric(func(expr.Expr) expr.Expr { return e })(0)
}

// tape is straight-line code over registers; only what depends on x is in it.
type tape struct {
	at    map[expr.Expr]int
	regs  []float64
	steps []step
}

type step struct {
	fn   ir.Op // Invalid loads x
	dst  int
	args [3]int
}

// add returns the register of a scalar expression.
func (t *tape) add(e expr.Expr) int {
	if r, ok := t.at[e]; ok {
		return r
	}
	if e.Err() != nil {
		panic("dist: " + e.Err().Error())
	}
	s := step{}
	switch {
	case e.Kind == expr.Map && e.IsScalar():
		s.fn = e.Fn
		for i, a := range e.In {
			s.args[i] = t.add(a)
		}
	case e.Kind == expr.Stop:
		r := t.add(e.In[0])
		t.at[e] = r
		return r
	case e.Kind != expr.Param && !(e.Kind == expr.Literal && e.IsScalar()):
		panic(fmt.Sprintf("dist: an operation of kind %d on shape %v in a formula for numbers", e.Kind, e.Shape))
	}
	s.dst = len(t.regs)
	t.regs = append(t.regs, 0)
	t.at[e] = s.dst
	switch {
	case e.Kind == expr.Literal:
		t.regs[s.dst] = e.Values[0]
	case e.Static():
		s.run(t.regs, 0)
	default:
		t.steps = append(t.steps, s)
	}
	return s.dst
}

func (s *step) run(r []float64, x float64) {
	a, b, c := r[s.args[0]], r[s.args[1]], r[s.args[2]]
	switch s.fn {
	case ir.Invalid:
		r[s.dst] = x
	case ir.Square:
		r[s.dst] = a * a
	case ir.Inv:
		r[s.dst] = 1 / a
	case ir.InvLogit:
		r[s.dst] = elem.InvLogit(a)
	case ir.Log1pExp:
		r[s.dst] = elem.Log1pExp(a)
	default:
		r[s.dst] = ir.Apply(s.fn, a, b, c)
	}
}

// quantile inverts the distribution function of d, whose parameters are
// constants, on the side of the smaller tail.
func quantile(d univariate, p float64) float64 {
	if p < 0.5 {
		logCDF, want := numeric(d.LogCDF), elem.Log(p)
		return firstReached(d.s, func(x float64) bool { return logCDF(x) >= want })
	}
	logCCDF, want := numeric(d.LogCCDF), elem.Log1p(-p)
	return firstReached(d.s, func(x float64) bool { return logCCDF(x) <= want })
}

// limits returns the bounds of a support with constant ones.
func (s Support) limits() (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	if s.Lower != nil {
		low = valueOf(s.Lower)
	}
	if s.Upper != nil {
		high = valueOf(s.Upper)
	}
	return low, high
}

// firstReached returns the smallest value of the support from which on reached
// is true, by bisection over the float64 numbers in their order. Whole numbers
// are first sought in steps that double.
func firstReached(s Support, reached func(x float64) bool) float64 {
	low, high := s.limits()
	if !s.Discrete() {
		low, high = max(low, -math.MaxFloat64), min(high, math.MaxFloat64)
		return bisect(rank(low), rank(high), func(i int64) bool { return reached(unrank(i)) }, unrank)
	}
	const most = 1 << 53
	from, to := int64(max(low, -most)), int64(min(high, most))
	for step := int64(1); from+step < to; step *= 2 {
		if reached(float64(from + step)) {
			to = from + step
			break
		}
		from += step
	}
	number := func(i int64) float64 { return float64(i) }
	return bisect(from, to, func(i int64) bool { return reached(number(i)) }, number)
}

func bisect(low, high int64, reached func(i int64) bool, value func(i int64) float64) float64 {
	for low < high {
		// The mean rounded down, without overflow.
		mid := low&high + (low^high)>>1
		if reached(mid) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return value(low)
}

// rank maps float64 numbers to integers in the same order.
func rank(x float64) int64 {
	b := int64(math.Float64bits(x))
	if b < 0 {
		return math.MinInt64 - b
	}
	return b
}

func unrank(i int64) float64 {
	if i < 0 {
		return math.Float64frombits(uint64(math.MinInt64 - i))
	}
	return math.Float64frombits(uint64(i))
}
