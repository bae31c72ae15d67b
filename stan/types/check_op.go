package types

import "github.com/quatre-ppl/quatre/stan/syntax"

// binaryFunction gives the library function whose signatures type each infix operator.
var binaryFunction = map[syntax.Op]string{
	syntax.OpAdd: "add", syntax.OpSub: "subtract", syntax.OpMul: "multiply", syntax.OpDiv: "divide",
	syntax.OpMod: "modulus", syntax.OpIntDiv: "int_divide", syntax.OpLeftDiv: "mdivide_left",
	syntax.OpEltMul: "elt_multiply", syntax.OpEltDiv: "elt_divide", syntax.OpPow: "pow", syntax.OpEltPow: "pow",
	syntax.OpAnd: "logical_and", syntax.OpOr: "logical_or", syntax.OpEq: "logical_eq", syntax.OpNe: "logical_neq",
	syntax.OpLt: "logical_lt", syntax.OpLe: "logical_lte", syntax.OpGt: "logical_gt", syntax.OpGe: "logical_gte",
}

// unaryFunction does so for prefix operators and the transpose.
var unaryFunction = map[syntax.Op]string{
	syntax.OpNot: "logical_negation", syntax.OpSub: "minus", syntax.OpAdd: "plus", syntax.OpTranspose: "transpose",
}

func (c *checker) unary(at syntax.Span, op syntax.Op, x Expr) Expr {
	if x.Type().IsInvalid() {
		return c.invalid(at)
	}
	m, ok := c.lib.lookup(unaryFunction[op], []Type{x.Type()})
	if !ok {
		hint := ""
		if op == syntax.OpNot {
			hint = "compare it with something"
		}
		c.errorf(at, hint, "%q cannot be applied to %s", string(op), x.Type())
		return c.invalid(at)
	}
	return &Unary{node: c.node(at, m.result, x.DataOnly()), Op: op, X: c.promote(x, m.params[0])}
}

func (c *checker) binary(at syntax.Span, op syntax.Op, x, y Expr) Expr {
	if x.Type().IsInvalid() || y.Type().IsInvalid() {
		return c.invalid(at)
	}
	m, ok := c.lib.lookup(binaryFunction[op], []Type{x.Type(), y.Type()})
	if !ok {
		c.errorf(at, operatorHint(op, x.Type(), y.Type()), "%q cannot combine %s and %s", string(op), x.Type(), y.Type())
		return c.invalid(at)
	}
	if op == syntax.OpDiv && m.result.Base == Int {
		c.warnf(at, "write %/% if that is meant, else make one of them real, as in 1.0 * n / m",
			"the quotient of two ints drops its fraction")
	}
	data := x.DataOnly() && y.DataOnly()
	return &Binary{node: c.node(at, m.result, data), Op: op, X: c.promote(x, m.params[0]), Y: c.promote(y, m.params[1])}
}

// operatorHint says what to write where an operator does not fit its operands.
func operatorHint(op syntax.Op, x, y Type) string {
	isVector := func(t Type) bool { return t.Rank == 0 && (t.Base == Vector || t.Base == RowVector) }
	switch {
	case x.Rank > 0 || y.Rank > 0:
		return "arrays have no arithmetic: declare vectors, or convert with to_vector(…)"
	case op == syntax.OpMul && isVector(x) && x.Equal(y):
		return "element by element it is x .* y, the inner product is dot_product(x, y)"
	case op == syntax.OpDiv && (isVector(x) || x.Base == Matrix) && (isVector(y) || y.Base == Matrix):
		return "element by element it is x ./ y"
	case isVector(x) && isVector(y) && (op == syntax.OpAdd || op == syntax.OpSub || op == syntax.OpEltMul || op == syntax.OpEltDiv):
		return "transpose one of them with '"
	case op == syntax.OpMul && x.Base == Vector && y.Base == Matrix:
		return "the row vector of x is x'"
	case op == syntax.OpMul && x.Base == Matrix && y.Base == RowVector:
		return "the column vector of x is x'"
	case op == syntax.OpMod || op == syntax.OpIntDiv:
		return "it takes ints; for reals there are fmod(x, y) and floor(x / y)"
	case op == syntax.OpAnd || op == syntax.OpOr:
		return "it takes ints, such as the results of comparisons"
	case op == syntax.OpPow && x.Base == Matrix:
		return "matrix_power(x, n) multiplies matrices"
	}
	return ""
}
