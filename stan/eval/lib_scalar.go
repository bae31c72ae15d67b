package eval

import (
	"sync"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// realFunction is the entry of a real function that works element by element, given by its expression.
func realFunction(arity int, sym func(x []expr.Expr) expr.Expr) entry {
	recorded := sync.OnceValue(func() *tape { return mustRecord(arity, sym) })
	return entry{lanes: true, eval: func(c *call) (*Value, error) {
		f := elementwise{sym: sym}
		if c.known() {
			f.num = recorded().use().of
		}
		return c.elementwise(f)
	}}
}

// oneReal is realFunction for one argument.
func oneReal(sym func(x any) expr.Expr) entry {
	return realFunction(1, func(x []expr.Expr) expr.Expr { return sym(x[0]) })
}

// twoReals is realFunction for two arguments.
func twoReals(sym func(x, y any) expr.Expr) entry {
	return realFunction(2, func(x []expr.Expr) expr.Expr { return sym(x[0], x[1]) })
}

// numericFunction is the entry of a real function that works element by element, with numbers by num and with parameters
// by sym; sym is nil for a function that has no derivative here.
func numericFunction(num func(x []float64) float64, sym func(x []expr.Expr) expr.Expr) entry {
	return entry{lanes: true, eval: func(c *call) (*Value, error) {
		return c.elementwise(elementwise{num: num, sym: sym})
	}}
}

// oneNumber is numericFunction for one argument.
func oneNumber(num func(x float64) float64, sym func(x any) expr.Expr) entry {
	f := func(x []expr.Expr) expr.Expr { return sym(x[0]) }
	if sym == nil {
		f = nil
	}
	return numericFunction(func(x []float64) float64 { return num(x[0]) }, f)
}

// intFunction is the entry of an int function of ints that works element by element. Where an argument depends on
// parameters, as the value of a comparison may, sym gives the result.
func intFunction(num func(c *call, x []int) (int, error), sym func(x []expr.Expr) expr.Expr) entry {
	return entry{lanes: true, eval: func(c *call) (*Value, error) { return c.ints(num, sym) }}
}

// ints applies an int function of ints element by element.
func (c *call) ints(num func(c *call, x []int) (int, error), sym func(x []expr.Expr) expr.Expr) (*Value, error) {
	if !c.known() {
		if sym == nil {
			return nil, c.errorf("", "it cannot be used with parameters yet")
		}
		return c.elementwise(elementwise{sym: sym})
	}
	dims, err := c.commonDims()
	if err != nil {
		return nil, err
	}
	l := c.lanes()
	size, n := product(dims), laneCount(l)
	out, x := make([]int, size*n), make([]int, len(c.args))
	args := make([]*Value, len(c.args))
	for i, a := range c.args {
		args[i] = a
		if l != nil && a.Lanes != nil {
			args[i] = c.ev.spread(a, l)
		}
	}
	for at := range out {
		for i, a := range args {
			x[i] = a.Ints[a.position(at/n, at%n)]
		}
		if out[at], err = num(c, x); err != nil {
			return nil, err
		}
	}
	v := newInts(c.result, dims, out)
	v.Lanes, v.Fixed = l, c.fixed()
	return v, nil
}

// position returns where element e of lane b stands in the list of v. A scalar has its one element for all e, a value
// without lanes the same for all b.
func (v *Value) position(e, b int) int {
	if v.IsScalar() {
		e = 0
	}
	if v.Lanes == nil {
		return e
	}
	return e*v.Lanes.n + b
}

// truthFunction is the entry of a comparison of numbers.
func truthFunction(num func(x, y float64) bool, sym func(x, y any) expr.Expr) entry {
	return entry{lanes: true, eval: func(c *call) (*Value, error) {
		v, err := c.elementwise(elementwise{
			num: func(x []float64) float64 { return truth(num(x[0], x[1])) },
			sym: func(x []expr.Expr) expr.Expr { return sym(x[0], x[1]) },
		})
		if err != nil || v.IsSym() {
			return v, err
		}
		return v.asInt(), nil
	}}
}

// asInt returns a known real value whose elements are whole as ints.
func (v *Value) asInt() *Value {
	if v.Reals == nil && v.Ints != nil {
		return v
	}
	w := *v
	w.Type.Base = types.Int
	w.Ints, w.Reals = make([]int, len(v.Reals)), nil
	for i, x := range v.Reals {
		w.Ints[i] = int(x)
	}
	return &w
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// known reports whether the value does not depend on parameters.
func (v *Value) known() bool { return !v.IsSym() }

// outOfLanes gives up the attempt to run iterations together.
func (c *call) outOfLanes() (*Value, error) { return nil, notTogether{c.name} }
