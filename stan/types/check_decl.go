package types

import "github.com/quatre-ppl/quatre/stan/syntax"

// declBase gives the base and the set of each word that a declaration's type can be.
var declBase = map[string]struct {
	base       Base
	constraint Constraint
}{
	"int": {Int, None}, "real": {Real, None}, "complex": {Complex, None},
	"vector": {Vector, None}, "row_vector": {RowVector, None}, "matrix": {Matrix, None},
	"complex_vector": {ComplexVector, None}, "complex_row_vector": {ComplexRowVector, None}, "complex_matrix": {ComplexMatrix, None},
	"ordered": {Vector, Ordered}, "positive_ordered": {Vector, PositiveOrdered}, "simplex": {Vector, Simplex},
	"unit_vector": {Vector, UnitVector}, "sum_to_zero_vector": {Vector, SumToZero}, "sum_to_zero_matrix": {Matrix, SumToZero},
	"cholesky_factor_corr": {Matrix, CholeskyCorr}, "cholesky_factor_cov": {Matrix, CholeskyCov},
	"corr_matrix": {Matrix, CorrMatrix}, "cov_matrix": {Matrix, CovMatrix},
	"column_stochastic_matrix": {Matrix, ColumnStochastic}, "row_stochastic_matrix": {Matrix, RowStochastic},
	"tuple": {Tuple, None},
}

// decl checks a declaration and declares its variables, one statement for each.
func (c *checker) decl(d *syntax.Decl) []Stmt {
	global := c.fn == nil && c.depth == 0 && c.block != syntax.ModelBlock
	varType := c.varType(d.Type, global)
	if global && varType.Type.hasInt() && (c.block == syntax.ParametersBlock || c.block == syntax.TransformedParametersBlock) {
		hint := "sum a discrete parameter out of the density; an int that does not depend on parameters goes to transformed data"
		c.errorf(d.Type.Span, hint, "%s cannot be ints", c.block)
	}
	kind := LocalVar
	if global {
		kind = GlobalVar
	}
	var stmts []Stmt
	for _, declarator := range d.Names {
		decl := &Decl{Span: declarator.Name.Span}
		if declarator.Init != nil {
			what := "\"" + declarator.Name.Name + "\""
			decl.Init = c.convert(c.expr(declarator.Init), varType.Type, what)
			decl.Span = d.Span
		}
		decl.Sym = &Symbol{
			Name: declarator.Name.Name, Kind: kind, Type: varType.Type, Decl: varType, Block: c.block,
			DataOnly: varType.Type.IsInt() || c.fn == nil && (c.block <= syntax.TransformedDataBlock || c.block == syntax.GeneratedQuantitiesBlock),
			At:       declarator.Name.Span,
		}
		c.declare(decl.Sym)
		stmts = append(stmts, decl)
	}
	return stmts
}

// varType checks the written type of a declaration. Only global variables can be constrained, and their sizes must be
// known before the first draw.
func (c *checker) varType(t syntax.TypeExpr, global bool) *VarType {
	known := declBase[t.Base]
	v := &VarType{Type: plain(known.base).ArrayOf(t.Rank), Constraint: known.constraint}
	for _, size := range t.Array {
		v.Array = append(v.Array, c.size(size, global))
	}
	for _, size := range t.Sizes {
		v.Sizes = append(v.Sizes, c.size(size, global))
	}
	for _, elem := range t.Elems {
		part := c.varType(elem, global)
		v.Elems = append(v.Elems, part)
		v.Type.Elems = append(v.Type.Elems, part.Type)
	}
	switch {
	case known.constraint != None && !global:
		c.errorf(t.Span, "declare it as "+baseNames[known.base], "a local variable cannot be a %s", t.Base)
	case t.Bounds != nil && !global:
		c.errorf(t.Bounds.Span, "leave the bounds out; check a value with if and reject()", "a local variable cannot have bounds")
	case t.Bounds != nil && (known.constraint != None || known.base > Matrix || known.base == Complex):
		c.errorf(t.Bounds.Span, "leave the bounds out", "a %s cannot have bounds", t.Base)
	case t.Bounds != nil:
		c.bounds(v, t.Bounds)
	}
	return v
}

// size checks the size of a declared variable.
func (c *checker) size(e syntax.Expr, global bool) Expr {
	size := c.expr(e)
	if !size.Type().IsInvalid() && !size.Type().Equal(plain(Int)) {
		c.errorf(size.Pos(), "", "a size must be an int, not %s", size.Type())
	}
	if global && c.block > syntax.TransformedDataBlock {
		Walk(size, func(part Expr) bool {
			if v, ok := part.(*Var); ok && v.Sym.Block > syntax.TransformedDataBlock {
				c.errorf(v.Pos(), "compute it in the data or transformed data block",
					"a size must be known before the first draw, but %q is not", v.Sym.Name)
			}
			return true
		})
	}
	return size
}

// bounds checks what stands in angle brackets.
func (c *checker) bounds(v *VarType, b *syntax.Bounds) {
	if (b.Offset != nil || b.Multiplier != nil) && v.Type.IsInt() {
		c.errorf(b.Span, "use lower and upper", "an int has no offset and no multiplier")
		return
	}
	v.Lower = c.bound(b.Lower, v.Type, "lower")
	v.Upper = c.bound(b.Upper, v.Type, "upper")
	v.Offset = c.bound(b.Offset, v.Type, "offset")
	v.Multiplier = c.bound(b.Multiplier, v.Type, "multiplier")
}

// bound checks one value in angle brackets: a scalar, or a value for each element of the variable or of its base.
func (c *checker) bound(e syntax.Expr, of Type, word string) Expr {
	if e == nil {
		return nil
	}
	bound := c.expr(e)
	scalar := plain(Real)
	if of.IsInt() {
		scalar = plain(Int)
	}
	for _, t := range []Type{scalar, of.ArrayOf(-of.Rank), of} {
		if _, ok := promotion(bound.Type(), t); ok {
			return c.promote(bound, t)
		}
	}
	c.errorf(bound.Pos(), "", "%s of a variable of type %s cannot be %s", word, of, bound.Type())
	return bound
}

// unsizedType translates the type of a function's parameter or result.
func (c *checker) unsizedType(t syntax.TypeExpr) Type {
	if t.Base == "void" {
		return plain(Void)
	}
	known := declBase[t.Base]
	if known.constraint != None {
		c.errorf(t.Span, "write "+baseNames[known.base], "%s is a constraint, not a type of a function", t.Base)
	}
	out := plain(known.base).ArrayOf(t.Rank)
	for _, elem := range t.Elems {
		out.Elems = append(out.Elems, c.unsizedType(elem))
	}
	return out
}
