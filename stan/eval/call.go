package eval

import (
	"fmt"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// entry is a function of the library or an operator.
type entry struct {
	eval func(c *call) (*Value, error)
	// lanes tells that eval takes arguments with lanes. Other functions are called for one lane after the other where
	// the arguments are known; where they are not, the loop around is not run in lanes.
	lanes bool
}

// call is one application of a library function or an operator.
type call struct {
	ev   *evaluator
	at   syntax.Span
	name string
	// args have exactly the types that the chosen form takes; result is the type of its value.
	args   []*Value
	result types.Type
	// unnormalised asks a log density to leave out the terms that depend on data alone.
	unnormalised bool
	// total tells that the values of all lanes will be added up: a log density may return their sum, without lanes.
	total bool
	// law is set by a log density whose value belongs to a distribution of package dist.
	law *termLaw
}

// errorf returns an error at the call; hint says what to do about it and may be empty.
func (c *call) errorf(hint, format string, args ...any) error {
	return c.ev.errorf(c.at, hint, "%s: %s", c.name, fmt.Sprintf(format, args...))
}

// known reports whether no argument depends on parameters.
func (c *call) known() bool {
	for _, a := range c.args {
		if a.IsSym() {
			return false
		}
	}
	return true
}

// lanes returns the lanes of the result: the innermost of the arguments.
func (c *call) lanes() *lanes { return innermost(c.args) }

// fixed reports whether the text of the program decides all arguments.
func (c *call) fixed() bool {
	for _, a := range c.args {
		if !a.Fixed {
			return false
		}
	}
	return true
}

// elementwise is a real function that acts element by element on scalars and containers.
type elementwise struct {
	// num is the function of one element of each argument; nil where sym alone defines the function.
	num func(x []float64) float64
	// sym is the function of whole arguments of equal shape, or scalars; nil where there is none for parameters.
	sym func(x []expr.Expr) expr.Expr
}

// elementwise applies f to the arguments. Containers must have the same number of elements; scalars go with each. The
// result has the sizes of the first container.
func (c *call) elementwise(f elementwise) (*Value, error) {
	dims, err := c.commonDims()
	if err != nil {
		return nil, err
	}
	l := c.lanes()
	if c.known() && f.num != nil {
		v := newReals(c.result, dims, c.each(f.num, product(dims), l))
		v.Lanes, v.Fixed = l, c.fixed()
		return v, nil
	}
	if f.sym == nil {
		return nil, c.errorf("", "it cannot be used with parameters yet")
	}
	x := f.sym(c.broadcast(product(dims), l))
	return c.value(x, c.result, dims, l)
}

// commonDims returns the sizes of the first container among the arguments and checks that the others have as many
// elements.
func (c *call) commonDims() ([]int, error) {
	var first *Value
	for _, a := range c.args {
		switch {
		case len(a.Dims) == 0:
		case first == nil:
			first = a
		case a.Size() != first.Size() || depth(a.Type) == depth(first.Type) && !equalInts(a.Dims, first.Dims):
			return nil, c.errorf("", "the arguments have different sizes, %s and %s", sizesText(first), sizesText(a))
		}
	}
	if first == nil {
		return nil, nil
	}
	return first.Dims, nil
}

// broadcast returns the arguments as expressions for work element by element: scalars stay scalars, all others have size
// elements in each of the lanes l.
func (c *call) broadcast(size int, l *lanes) []expr.Expr {
	list := make([]expr.Expr, len(c.args))
	for i, a := range c.args {
		switch {
		case a.IsScalar() && a.Lanes == nil:
			list[i] = c.ev.flat(a)
		case a.IsScalar() && size != 1:
			list[i] = repeatVector(c.ev.flat(c.ev.spread(a, l)), size)
		case l != nil:
			list[i] = c.ev.flat(c.ev.spread(a, l))
		default:
			list[i] = c.ev.flat(a)
		}
	}
	return list
}

// each computes num for every element and lane of known arguments.
func (c *call) each(num func(x []float64) float64, size int, l *lanes) []float64 {
	n := laneCount(l)
	args := make([][]float64, len(c.args))
	laneStep, elemStep := make([]int, len(args)), make([]int, len(args))
	for i, a := range c.args {
		if l != nil && a.Lanes != nil {
			a = c.ev.spread(a, l)
			laneStep[i] = 1
		}
		args[i] = a.Floats()
		if !a.IsScalar() {
			elemStep[i] = laneCount(a.Lanes)
		}
	}
	out, x := make([]float64, size*n), make([]float64, len(args))
	for e := range size {
		for b := range n {
			for i, a := range args {
				x[i] = a[e*elemStep[i]+b*laneStep[i]]
			}
			out[e*n+b] = num(x)
		}
	}
	return out
}

// density is the value of a log density or log probability that acts element by element: the sum of logDensity over the
// elements of the arguments, which it gets as elementwise does.
func (c *call) density(logDensity func(x []expr.Expr) expr.Expr) (*Value, error) {
	dims, err := c.commonDims()
	if err != nil {
		return nil, err
	}
	size, l := product(dims), c.lanes()
	if size == 0 {
		return newReal(0), nil
	}
	x := logDensity(c.broadcast(size, l))
	return c.summed(x, size, l)
}

// summed returns the sum over elements of x, which has size elements in each of the lanes l or is the same for all. It
// leaves out constants where the call asks for that.
func (c *call) summed(x expr.Expr, size int, l *lanes) (*Value, error) {
	if c.unnormalised {
		x = expr.DropStatic(x)
	}
	var sum expr.Expr
	switch {
	case l == nil || c.total:
		sum = expr.SumOver(x, size*laneCount(l))
		l = nil
	case size == 1 || x.IsScalar():
		sum = expr.Mul(float64(size), x)
	default:
		sum = expr.Part(x, 0, l.n)
		for e := 1; e < size; e++ {
			sum = expr.Add(sum, expr.Part(x, e*l.n, l.n))
		}
	}
	return c.value(sum, realType, nil, l)
}

// value returns the result x of a call as a value of the given type and sizes in the lanes l: numbers where all arguments
// are known. x has an element for each of them and each lane, or is a scalar that is the same for all.
func (c *call) value(x expr.Expr, t types.Type, dims []int, l *lanes) (*Value, error) {
	if x.Err() != nil {
		return nil, c.errorf("", "%v", x.Err())
	}
	n := product(dims) * laneCount(l)
	if !c.known() {
		return symIn(t, dims, l, full(x, n, dims, l)), nil
	}
	numbers, err := fold(x, nil)
	if err != nil {
		return nil, c.errorf("", "%v", err)
	}
	v := newReals(t, dims, repeatTo(numbers, n))
	v.Lanes, v.Fixed = l, c.fixed()
	return v, nil
}
