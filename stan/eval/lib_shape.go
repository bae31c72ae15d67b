package eval

import (
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// number returns argument i, an int that must be known and the same in all lanes.
func (c *call) number(i int) (int, error) {
	a := c.args[i]
	switch {
	case a.IsSym():
		return 0, c.errorf("", "argument %d depends on parameters", i+1)
	case a.Lanes == nil:
		return a.Int(), nil
	}
	for _, n := range a.Ints {
		if n != a.Ints[0] {
			return 0, notTogether{c.name}
		}
	}
	return a.Ints[0], nil
}

// size returns argument i as a number of elements.
func (c *call) size(i int) (int, error) {
	n, err := c.number(i)
	if err == nil && n < 0 {
		err = c.errorf("", "the size is %d; it must not be negative", n)
	}
	return n, err
}

// sizes returns the arguments from i on as sizes.
func (c *call) sizes(i int) ([]int, error) {
	var list []int
	for ; i < len(c.args); i++ {
		n, err := c.size(i)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

// picked returns the elements of v at the given positions, in each of its lanes, as a value of another type and sizes.
func (c *call) picked(v *Value, at []int, t types.Type, dims []int) (*Value, error) {
	if v.Parts != nil {
		return nil, c.errorf("", "it cannot be used with tuples yet")
	}
	if v.Lanes != nil {
		n := v.Lanes.n
		all := make([]int, 0, len(at)*n)
		for _, e := range at {
			for b := range n {
				all = append(all, e*n+b)
			}
		}
		at = all
	}
	w := c.ev.gather(v, at)
	w.Type, w.Dims, w.Lanes = t, dims, v.Lanes
	if w.Sym != nil {
		w.Sym = flatten(w.Sym, len(dims) == 0 && w.Lanes == nil)
	}
	return w, nil
}

// joined returns the elements of several values one after the other as one value.
func (c *call) joined(list []*Value, t types.Type, dims []int) (*Value, error) {
	l := innermost(list)
	v := &Value{Type: t, Dims: dims, Lanes: l, Fixed: true}
	sym := false
	list = slices.Clone(list)
	for i, part := range list {
		if part.Parts != nil {
			return nil, c.errorf("", "it cannot be used with tuples yet")
		}
		if l != nil {
			list[i] = c.ev.spread(part, l)
		}
		sym, v.Fixed = sym || part.IsSym(), v.Fixed && part.Fixed
	}
	if sym {
		parts := make([]expr.Expr, 0, len(list))
		for _, part := range list {
			if part.Size() > 0 {
				parts = append(parts, c.ev.flat(part))
			}
		}
		v.Fixed, v.Sym = false, flatten(expr.Concat(parts...), false)
		return v, nil
	}
	for _, part := range list {
		if t.IsInt() {
			v.Ints = append(v.Ints, part.Ints...)
		} else {
			v.Reals = append(v.Reals, part.Floats()...)
		}
	}
	return v, nil
}

// arrays returns the arguments as expressions of their own shapes: matrices with rows and columns, vectors and all arrays
// as lists. Known values are leaves that nobody else sees when the whole call is known.
func (c *call) arrays() []expr.Expr {
	list := make([]expr.Expr, len(c.args))
	known := c.known()
	for i, a := range c.args {
		if known {
			list[i] = leaf(a)
		} else {
			list[i] = c.ev.array(a)
		}
	}
	return list
}

// leaf returns a known value as data, as call.arrays does.
func leaf(v *Value) expr.Expr {
	x := v.Floats()
	switch {
	case v.IsScalar():
		return expr.Data("", nil, x)
	case len(v.Dims) == 2 && v.Type.Rank == 0:
		return expr.Data("", tensor.Shape(v.Dims), x)
	}
	return expr.Data("", tensor.Shape{len(x)}, x)
}

// onArrays is the entry of a function of whole arguments without lanes. f gets them as call.arrays gives them; the shape
// of its value is that of the result.
func onArrays(f func(c *call, x []expr.Expr) (expr.Expr, error)) entry {
	return entry{eval: func(c *call) (*Value, error) {
		x, err := f(c, c.arrays())
		if err != nil {
			return nil, err
		}
		return c.value(x, c.result, x.Shape, nil)
	}}
}

// zeros returns an array of zeros, constants of the program.
func zeros(dims ...int) expr.Expr { return filled(0, dims...) }

// filled returns an array with the same constant everywhere.
func filled(x float64, dims ...int) expr.Expr {
	if len(dims) == 0 {
		return expr.Const(x)
	}
	if product(dims) == 0 {
		return expr.Data("", tensor.Shape(dims), nil)
	}
	return expr.Repeat(expr.Const(x), tensor.Shape(dims))
}
