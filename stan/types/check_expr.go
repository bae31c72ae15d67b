package types

import "github.com/quatre-ppl/quatre/stan/syntax"

// expr checks an expression that has a value.
func (c *checker) expr(e syntax.Expr) Expr {
	switch e := e.(type) {
	case *syntax.Var:
		return c.variable(e)
	case *syntax.IntLit:
		return &Const{node: c.node(e.Span, plain(Int), true), Int: e.Value}
	case *syntax.RealLit:
		base := Real
		if e.Imag {
			base = Complex
		}
		return &Const{node: c.node(e.Span, plain(base), true), Real: e.Value}
	case *syntax.Unary:
		return c.unary(e.Span, e.Op, c.expr(e.X))
	case *syntax.Binary:
		return c.binary(e.Span, e.Op, c.expr(e.X), c.expr(e.Y))
	case *syntax.Cond:
		return c.cond(e)
	case *syntax.Index:
		return c.index(e)
	case *syntax.Field:
		return c.field(e)
	case *syntax.ArrayLit:
		return c.arrayLit(e)
	case *syntax.RowLit:
		return c.rowLit(e)
	case *syntax.TupleLit:
		elems, data := c.exprs(e.Elems)
		t := Type{Base: Tuple}
		for _, elem := range elems {
			t.Elems = append(t.Elems, elem.Type())
		}
		return &TupleLit{node: c.node(e.Span, t, data), Elems: elems}
	case *syntax.Call:
		return c.call(e, false)
	case *syntax.TargetValue:
		if !c.mayAddToTarget() {
			c.errorf(e.Span, "", "target() can be read only in the model block or a function in _lp")
		}
		return &TargetValue{c.node(e.Span, plain(Real), false)}
	}
	c.errorf(e.Pos(), "", "a text is no value")
	return c.invalid(e.Pos())
}

// exprs checks a list and tells whether all of it is data.
func (c *checker) exprs(list []syntax.Expr) (out []Expr, data bool) {
	data = true
	for _, e := range list {
		x := c.expr(e)
		out, data = append(out, x), data && x.DataOnly()
	}
	return out, data
}

func (c *checker) cond(e *syntax.Cond) Expr {
	test, then, otherwise := c.expr(e.If), c.expr(e.Then), c.expr(e.Else)
	if t := test.Type(); !t.IsInvalid() && !t.Equal(plain(Int)) {
		c.errorf(test.Pos(), "compare it with something", "the condition of '?' must be an int, not %s", t)
	}
	t, u := then.Type(), otherwise.Type()
	if t.IsInvalid() || u.IsInvalid() {
		return c.invalid(e.Span)
	}
	joint, ok := common(t, u)
	if !ok {
		c.errorf(e.Span, conversionHint(u, t), "the two values of '?' have no common type: %s and %s", t, u)
		return c.invalid(e.Span)
	}
	data := test.DataOnly() && then.DataOnly() && otherwise.DataOnly()
	return &Cond{node: c.node(e.Span, joint, data), If: test, Then: c.promote(then, joint), Else: c.promote(otherwise, joint)}
}

// joint returns the common type of the elements of a literal, and reports the first that does not fit.
func (c *checker) joint(elems []Expr, what string) (Type, bool) {
	t := elems[0].Type()
	for _, elem := range elems {
		if elem.Type().IsInvalid() {
			return Type{}, false
		}
		wide, ok := common(t, elem.Type())
		if !ok {
			c.errorf(elem.Pos(), "", "the elements of %s have no common type: %s and %s", what, t, elem.Type())
			return Type{}, false
		}
		t = wide
	}
	return t, true
}

func (c *checker) arrayLit(e *syntax.ArrayLit) Expr {
	if len(e.Elems) == 0 {
		c.errorf(e.Span, "rep_array(0.0, 0) and zeros_int_array(0) are empty arrays", "the type of an empty array is unknown")
		return c.invalid(e.Span)
	}
	elems, data := c.exprs(e.Elems)
	t, ok := c.joint(elems, "an array")
	if !ok {
		return c.invalid(e.Span)
	}
	for i := range elems {
		elems[i] = c.promote(elems[i], t)
	}
	return &ArrayLit{node: c.node(e.Span, t.ArrayOf(1), data), Elems: elems}
}

func (c *checker) rowLit(e *syntax.RowLit) Expr {
	if len(e.Elems) == 0 {
		return &RowLit{node: c.node(e.Span, plain(RowVector), true)}
	}
	elems, data := c.exprs(e.Elems)
	t, ok := c.joint(elems, "a row vector")
	if !ok {
		return c.invalid(e.Span)
	}
	elem, result := t, Type{}
	switch {
	case t.Rank > 0:
	case t.Base == Int || t.Base == Real:
		elem, result = plain(Real), plain(RowVector)
	case t.Base == Complex:
		result = plain(ComplexRowVector)
	case t.Base == RowVector:
		result = plain(Matrix)
	case t.Base == ComplexRowVector:
		result = plain(ComplexMatrix)
	}
	if result.Base == Invalid {
		c.errorf(e.Span, "an array is written with braces {…}", "brackets hold numbers or row vectors, not %s", t)
		return c.invalid(e.Span)
	}
	for i := range elems {
		elems[i] = c.promote(elems[i], elem)
	}
	return &RowLit{node: c.node(e.Span, result, data), Elems: elems}
}

func (c *checker) field(e *syntax.Field) Expr {
	x := c.expr(e.X)
	t := x.Type()
	switch {
	case t.Base == Invalid:
		return c.invalid(e.Span)
	case t.Base != Tuple || t.Rank > 0:
		c.errorf(e.Span, "", "only a tuple has fields, not %s", t)
		return c.invalid(e.Span)
	case e.N < 1 || e.N > len(t.Elems):
		c.errorf(e.Span, "", "%s has no field %d", t, e.N)
		return c.invalid(e.Span)
	}
	return &Field{node: c.node(e.Span, t.Elems[e.N-1], x.DataOnly()), X: x, N: e.N - 1}
}
