package types

import (
	"fmt"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// index checks X[Args].
func (c *checker) index(e *syntax.Index) Expr {
	x := c.expr(e.X)
	out := &Index{X: x}
	ok, data := true, x.DataOnly()
	for _, arg := range e.Args {
		checked := IndexArg{Kind: arg.Kind}
		if arg.Lo != nil {
			checked.Lo = c.indexPart(arg.Lo, arg.Kind == syntax.IndexSingle, &ok)
		}
		if arg.Hi != nil {
			checked.Hi = c.indexPart(arg.Hi, false, &ok)
		}
		out.Args = append(out.Args, checked)
	}
	if x.Type().IsInvalid() || !ok {
		return c.invalid(e.Span)
	}
	t, most := indexed(x.Type(), out.Args)
	if most >= 0 {
		takes := map[int]string{0: "no index", 1: "only 1 index"}[most]
		if takes == "" {
			takes = fmt.Sprintf("only %d indexes", most)
		}
		c.errorf(e.Span, "", "%s takes %s, not %d", x.Type(), takes, len(out.Args))
		return c.invalid(e.Span)
	}
	out.node = c.node(e.Span, t, data)
	return out
}

// indexPart checks one expression of an index; single ones may be arrays of ints.
func (c *checker) indexPart(e syntax.Expr, single bool, ok *bool) Expr {
	x := c.expr(e)
	t := x.Type()
	switch {
	case t.IsInvalid():
		*ok = false
	case t.Equal(plain(Int)), single && t.Equal(plain(Int).ArrayOf(1)):
	default:
		*ok = false
		hint := ""
		if quotient, ok := e.(*syntax.Binary); ok && quotient.Op == syntax.OpDiv {
			hint = "%/% divides ints without leaving them"
		}
		c.errorf(x.Pos(), hint, "an index must be an int, a range or an array of ints, not %s", t)
	}
	return x
}

// indexed returns the type of a value of type t with indexes; most is -1, or the number of indexes it takes at most where
// there are more.
//
// Each index uses up one dimension, arrays first. An index that picks one element drops the dimension; so a matrix with
// one row picked is a row vector, with one column a vector.
func indexed(t Type, args []IndexArg) (result Type, most int) {
	if len(args) > t.depth() {
		return Type{}, t.depth()
	}
	kept, rest := 0, args
	for t.Rank > 0 && len(rest) > 0 {
		if rest[0].Multi() {
			kept++
		}
		t, rest = t.Elem(), rest[1:]
	}
	if len(rest) > 0 {
		t = indexedBase(t, rest)
	}
	return t.ArrayOf(kept), -1
}

// indexedBase is indexed for vectors and matrices with at least one index.
func indexedBase(t Type, args []IndexArg) Type {
	scalar, vector, row := Real, Vector, RowVector
	if t.Base >= ComplexVector {
		scalar, vector, row = Complex, ComplexVector, ComplexRowVector
	}
	isMatrix := t.Base == Matrix || t.Base == ComplexMatrix
	switch {
	case !isMatrix && !args[0].Multi():
		return plain(scalar)
	case !isMatrix:
		return t
	case len(args) == 1 && !args[0].Multi():
		return plain(row)
	case len(args) == 1, args[0].Multi() && args[1].Multi():
		return t
	case args[0].Multi():
		return plain(vector)
	case args[1].Multi():
		return plain(row)
	}
	return plain(scalar)
}
