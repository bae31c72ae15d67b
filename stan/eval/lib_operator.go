package eval

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// operators are the infix and prefix operators, and the functions that do the same.
func operators() map[string]entry {
	table := map[string]entry{
		"+":   {lanes: true, eval: plusOrPrefix},
		"-":   {lanes: true, eval: minusOrPrefix},
		"*":   {lanes: true, eval: multiply},
		"/":   {lanes: true, eval: divide},
		".*":  {lanes: true, eval: times.eval},
		"./":  {lanes: true, eval: over.eval},
		"%":   intFunction(modulus, func(x []expr.Expr) expr.Expr { return remainder(x[0], x[1]) }),
		"%/%": intFunction(intDivide, truncated),
		"\\":  {eval: leftDivide},
		"'":   {lanes: true, eval: transpose},
		"!":   {lanes: true, eval: not},
		"==":  truthFunction(func(x, y float64) bool { return x == y }, expr.Equal),
		"!=":  truthFunction(func(x, y float64) bool { return x != y }, func(x, y any) expr.Expr { return expr.Sub(1, expr.Equal(x, y)) }),
		"<":   truthFunction(func(x, y float64) bool { return x < y }, expr.Less),
		"<=":  truthFunction(func(x, y float64) bool { return x <= y }, expr.LessEq),
		">":   truthFunction(func(x, y float64) bool { return x > y }, func(x, y any) expr.Expr { return expr.Less(y, x) }),
		">=":  truthFunction(func(x, y float64) bool { return x >= y }, func(x, y any) expr.Expr { return expr.LessEq(y, x) }),
		"logical_and": truthFunction(func(x, y float64) bool { return x != 0 && y != 0 },
			func(x, y any) expr.Expr { return expr.Mul(isTrue(x), isTrue(y)) }),
		"logical_or": truthFunction(func(x, y float64) bool { return x != 0 || y != 0 },
			func(x, y any) expr.Expr { return expr.Max(isTrue(x), isTrue(y)) }),
	}
	power := mathFunctions()["pow"]
	table["^"], table[".^"] = power, power
	for name, operator := range map[string]string{
		"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "elt_multiply": ".*", "elt_divide": "./",
		"modulus": "%", "int_divide": "%/%", "mdivide_left": "\\", "transpose": "'", "minus": "-", "plus": "+",
		"logical_negation": "!", "logical_eq": "==", "logical_neq": "!=", "logical_lt": "<", "logical_lte": "<=",
		"logical_gt": ">", "logical_gte": ">=",
	} {
		table[name] = table[operator]
	}
	return table
}

// arithmetic is an operation that ints have as well as reals, element by element.
type arithmetic struct {
	real func(x, y float64) float64
	int  func(c *call, x []int) (int, error)
	sym  func(x, y any) expr.Expr
	// symInt is sym for ints, where it differs.
	symInt func(x []expr.Expr) expr.Expr
}

var (
	plus = arithmetic{
		real: func(x, y float64) float64 { return x + y },
		int:  func(_ *call, x []int) (int, error) { return x[0] + x[1], nil },
		sym:  expr.Add,
	}
	minus = arithmetic{
		real: func(x, y float64) float64 { return x - y },
		int:  func(_ *call, x []int) (int, error) { return x[0] - x[1], nil },
		sym:  expr.Sub,
	}
	times = arithmetic{
		real: func(x, y float64) float64 { return x * y },
		int:  func(_ *call, x []int) (int, error) { return x[0] * x[1], nil },
		sym:  expr.Mul,
	}
	over = arithmetic{
		real:   func(x, y float64) float64 { return x / y },
		int:    intDivide,
		sym:    expr.Div,
		symInt: truncated,
	}
)

func (a arithmetic) eval(c *call) (*Value, error) {
	if c.result.IsInt() {
		if a.symInt != nil {
			return c.ints(a.int, a.symInt)
		}
		return c.ints(a.int, pairOf(a.sym))
	}
	if x, y := c.args[0], c.args[1]; x.isNumber() && y.isNumber() {
		v := newReal(a.real(x.Reals[0], y.Reals[0]))
		v.Fixed = x.Fixed && y.Fixed
		return v, nil
	}
	return c.elementwise(elementwise{num: func(x []float64) float64 { return a.real(x[0], x[1]) }, sym: pairOf(a.sym)})
}

// isNumber reports whether the value is one known real, the same in all lanes.
func (v *Value) isNumber() bool {
	return v.Lanes == nil && len(v.Dims) == 0 && len(v.Reals) == 1 && v.Sym == nil
}

func plusOrPrefix(c *call) (*Value, error) {
	if len(c.args) == 1 {
		return c.args[0], nil
	}
	return plus.eval(c)
}

func minusOrPrefix(c *call) (*Value, error) {
	switch {
	case len(c.args) == 2:
		return minus.eval(c)
	case c.result.IsInt():
		return c.ints(func(_ *call, x []int) (int, error) { return -x[0], nil }, negated)
	}
	return c.elementwise(elementwise{num: func(x []float64) float64 { return -x[0] }, sym: negated})
}

func negated(x []expr.Expr) expr.Expr { return expr.Neg(x[0]) }

// multiply is the scalar or the matrix product, as the arguments' types say.
func multiply(c *call) (*Value, error) {
	if c.args[0].IsScalar() || c.args[1].IsScalar() {
		return times.eval(c)
	}
	return matrixProduct(c)
}

func divide(c *call) (*Value, error) {
	if c.args[0].IsScalar() || c.args[1].IsScalar() {
		return over.eval(c)
	}
	return rightDivide(c)
}

// intDivide drops the fraction, towards zero.
func intDivide(c *call, x []int) (int, error) {
	if x[1] == 0 {
		return 0, c.errorf("", "division of the int %d by 0", x[0])
	}
	return x[0] / x[1], nil
}

func truncated(x []expr.Expr) expr.Expr {
	return expr.Apply(ir.Trunc, expr.Constant(expr.Div(x[0], x[1])))
}

// modulus has the sign of the first argument.
func modulus(c *call, x []int) (int, error) {
	if x[1] == 0 {
		return 0, c.errorf("", "remainder of the int %d by 0", x[0])
	}
	return x[0] % x[1], nil
}

// isTrue returns 1 for any number but 0.
func isTrue(x any) expr.Expr { return expr.Sub(1, expr.Equal(x, 0)) }

func not(c *call) (*Value, error) {
	return c.ints(func(_ *call, x []int) (int, error) {
		if x[0] == 0 {
			return 1, nil
		}
		return 0, nil
	}, func(x []expr.Expr) expr.Expr { return expr.Equal(x[0], 0) })
}
