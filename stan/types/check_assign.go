package types

import (
	"fmt"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// assign checks an assignment; a compound one is spelled out as target = target op value.
func (c *checker) assign(s *syntax.Assign) Stmt {
	a := &Assign{Span: s.Span, Target: c.target(s.Target)}
	value := c.expr(s.Value)
	if s.Op != "" {
		a.Compound = true
		value = c.binary(s.Span, s.Op, a.Target, value)
	}
	a.Value = c.convert(value, a.Target.Type(), "\""+syntax.ExprText(s.Target)+"\"")
	return a
}

// target checks the left-hand side of an assignment.
func (c *checker) target(e syntax.Expr) Expr {
	if tuple, ok := e.(*syntax.TupleLit); ok {
		lit := &TupleLit{}
		t := Type{Base: Tuple}
		for _, elem := range tuple.Elems {
			part := c.target(elem)
			lit.Elems = append(lit.Elems, part)
			t.Elems = append(t.Elems, part.Type())
		}
		lit.node = c.node(tuple.Span, t, false)
		return lit
	}
	target := c.expr(e)
	if sym := root(target); sym != nil {
		c.assignable(sym, e.Pos())
	}
	return target
}

// root returns the variable that an indexed expression is a part of, nil if there is none.
func root(e Expr) *Symbol {
	for {
		switch x := e.(type) {
		case *Var:
			return x.Sym
		case *Index:
			e = x.X
		case *Field:
			e = x.X
		default:
			return nil
		}
	}
}

// assignable reports a variable that may not be assigned to here.
func (c *checker) assignable(sym *Symbol, at syntax.Span) {
	switch {
	case sym.Kind == LoopVar:
		c.errorf(at, "copy it to a variable of its own", "the loop variable %q cannot be assigned to", sym.Name)
	case sym.Kind == ParamVar:
		c.errorf(at, "copy it to a variable of its own", "the parameter %q of a function cannot be assigned to", sym.Name)
	case sym.Kind == GlobalVar && (sym.Block != c.block || sym.Block == syntax.DataBlock || sym.Block == syntax.ParametersBlock):
		c.errorf(at, "only variables of the same block can be assigned to", "%q belongs to the %s block and cannot be assigned to in the %s block",
			sym.Name, sym.Block, c.block)
	}
}

// convert promotes e to a type, or reports that it cannot be one; what names the place that needs the type.
func (c *checker) convert(e Expr, to Type, what string) Expr {
	if e.Type().IsInvalid() || to.IsInvalid() {
		return e
	}
	if _, ok := promotion(e.Type(), to); !ok {
		c.errorf(e.Pos(), conversionHint(e.Type(), to), "%s must be %s, not %s", what, to, e.Type())
		return e
	}
	return c.promote(e, to)
}

// promote converts e to a type that it can be promoted to. A number changes its type, anything else gets a Promote.
func (c *checker) promote(e Expr, to Type) Expr {
	if e.Type().Equal(to) || e.Type().IsInvalid() || to.IsInvalid() {
		return e
	}
	if k, ok := e.(*Const); ok && k.typ.Base == Int && to.Base == Real {
		return &Const{node: c.node(k.Span, to, true), Real: float64(k.Int)}
	}
	return &Promote{node: c.node(e.Pos(), to, e.DataOnly()), X: e}
}

// conversionHint names the library function that turns one type into the other.
func conversionHint(from, to Type) string {
	flat := func(t Type) bool { return t.Rank == 1 && (t.Base == Real || t.Base == Int) }
	isVector := func(t Type) bool { return t.Rank == 0 && (t.Base == Vector || t.Base == RowVector) }
	switch {
	case isVector(from) && isVector(to):
		return "transpose it with '"
	case isVector(to) && (flat(from) || from.Equal(plain(Matrix))):
		return fmt.Sprintf("convert it with to_%s(…)", to)
	case flat(to) && to.Base == Real && (isVector(from) || from.Equal(plain(Matrix))):
		return "convert it with to_array_1d(…)"
	case to.IsInt() && from.Base == Real:
		return "reals are not rounded to ints by themselves; to_int(…) converts data"
	case to.Rank == 1 && from.IsScalar():
		return "repeat it with rep_array(…, size)"
	case to.Rank == 0 && (to.Base == Vector || to.Base == RowVector) && from.IsScalar():
		return fmt.Sprintf("repeat it with rep_%s(…, size)", to)
	case to.Equal(plain(Matrix)) && from.Rank+from.depth() > 0:
		return "convert it with to_matrix(…)"
	}
	return ""
}
