package reduce

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// line is one part of a vector over rows that is linear in what depends on
// parameters: col·coef·row, or col·coef·(block·vec). A nil factor is 1.
type line struct {
	col   expr.Expr    // data: a vector
	coef  expr.Expr    // a scalar
	row   expr.Expr    // a vector that depends on parameters, the same within a cell
	block expr.Columns // data: a matrix
	vec   expr.Expr    // a vector that depends on parameters, one element for each column
}

// scale returns coef as an expression.
func (l line) scale() expr.Expr {
	if l.coef == nil {
		return expr.Const(1)
	}
	return l.coef
}

// maxLines bounds the parts that products of sums are expanded to.
const maxLines = 64

func vectorOf(n int) tensor.Shape { return tensor.Shape{n} }

// flat returns data as a vector of n elements or a scalar.
func (s *sum) flat(x expr.Expr) expr.Expr {
	if x == nil || x.IsScalar() {
		return x
	}
	return expr.Reshape(x, vectorOf(s.n))
}

// affine writes x as a sum of lines, false if some part of it is neither linear
// nor the same within some cells.
func (s *sum) affine(x expr.Expr) ([]line, bool) {
	switch {
	case x.Static() && x.IsScalar():
		return []line{{coef: x}}, true
	case x.Static():
		return []line{{col: s.flat(x)}}, true
	case x.IsScalar():
		return []line{{coef: x}}, true
	}
	switch x.Kind {
	case expr.Fill:
		return s.affine(x.In[0])
	case expr.Map:
		if lines, ok := s.affineMap(x); ok {
			return lines, true
		}
	case expr.Slice:
		if y, ok := s.r.sliced(x); ok {
			return s.affine(y)
		}
	case expr.TriSolve:
		return s.whitened(x)
	case expr.MatVec:
		if x.In[0].Static() {
			return []line{{block: expr.Columns{X: matrix(x), Trans: x.Trans}, vec: flatten(x.In[1])}}, true
		}
	case expr.Outer:
		if x.Cols == 1 && x.In[0].Static() {
			return []line{{col: s.flat(x.In[0]), coef: expr.At(x.In[1], 0)}}, true
		}
	}
	if _, ok := s.keyOf(x); !ok {
		return nil, false
	}
	return []line{{row: x}}, true
}

// matrix returns the matrix of a product with its shape.
func matrix(x expr.Expr) expr.Expr { return expr.Reshape(x.In[0], tensor.Shape{x.Rows, x.Cols}) }

func flatten(x expr.Expr) expr.Expr { return expr.Reshape(x, vectorOf(x.Size())) }

// affineMap expands sums and products.
func (s *sum) affineMap(x expr.Expr) ([]line, bool) {
	switch x.Fn {
	case ir.Neg:
		a, ok := s.affine(x.In[0])
		return negated(a), ok
	case ir.Add, ir.Sub:
		a, ok := s.affine(x.In[0])
		if !ok {
			return nil, false
		}
		b, ok := s.affine(x.In[1])
		if x.Fn == ir.Sub {
			b = negated(b)
		}
		return append(a, b...), ok && len(a)+len(b) <= maxLines
	case ir.Mul:
		a, ok := s.affine(x.In[0])
		if !ok {
			return nil, false
		}
		b, ok := s.affine(x.In[1])
		if !ok {
			return nil, false
		}
		return s.expand(a, b)
	case ir.Div:
		a, ok := s.affine(x.In[0])
		if !ok {
			return nil, false
		}
		b, ok := s.affine(expr.Inv(x.In[1]))
		if !ok {
			return nil, false
		}
		return s.expand(a, b)
	}
	return nil, false
}

// negated returns the lines with their signs changed.
func negated(list []line) []line {
	out := make([]line, len(list))
	for i, l := range list {
		out[i] = l
		switch {
		case l.coef == nil && l.row == nil && l.vec == nil:
			out[i].col = expr.Neg(l.col)
		default:
			out[i].coef = times(expr.Const(-1), l.coef)
		}
	}
	return out
}

// expand multiplies two sums of lines.
func (s *sum) expand(a, b []line) ([]line, bool) {
	var out []line
	for _, p := range a {
		for _, q := range b {
			list, ok := s.multiply(p, q)
			if !ok || len(out)+len(list) > maxLines {
				return nil, false
			}
			out = append(out, list...)
		}
	}
	return out, true
}

// multiply returns the product of two lines; a block that is multiplied by more
// than a scalar is split into its columns.
func (s *sum) multiply(p, q line) ([]line, bool) {
	if p.vec != nil {
		p, q = q, p
	}
	l := line{col: times(p.col, q.col), coef: times(p.coef, q.coef), row: times(p.row, q.row)}
	switch {
	case q.vec == nil:
		return []line{l}, true
	case p.vec != nil:
		return nil, false
	case p.col == nil && p.row == nil:
		l.block, l.vec = q.block, q.vec
		return []line{l}, true
	}
	k := q.vec.Size()
	if k > maxLines {
		return nil, false
	}
	list := make([]line, k)
	for i := range list {
		list[i] = l
		list[i].col = times(column(q.block, i), l.col)
		list[i].coef = times(l.coef, expr.At(q.vec, i))
	}
	return list, true
}

// column returns column k of a block.
func column(c expr.Columns, k int) expr.Expr {
	if c.Trans {
		return expr.Row(c.X, k)
	}
	return expr.Col(c.X, k)
}
