package reduce

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// others reduces what is left when squares are gone: all together over the same
// cells, else as linear sums, else one by one as far as that saves the work of
// dear functions. The terms that stay are added up row by row as before. It
// reports whether anything was gained.
func (s *sum) others(rest []product) (expr.Expr, bool) {
	if p := s.partition(rest...); p != nil {
		return s.overCells(rest, p), true
	}
	if x := s.withoutData(rest); x != nil {
		return x, true
	}
	if x := s.linear(rest); x != nil {
		s.r.note(LinearSums, s.n, 1)
		return x, true
	}
	total := expr.Const(0)
	var stay []product
	gained := false
	for _, p := range rest {
		if part := s.partition(p); part != nil && dear(p.dynamic) {
			total = expr.Add(total, s.overCells([]product{p}, part))
			gained = true
			continue
		}
		stay = append(stay, p)
	}
	if !gained {
		return nil, false
	}
	return expr.Add(total, s.overRows(stay)), true
}

// withoutData takes data out of the dynamic factors, y·(a + x) = y·a + y·x and
// e^(a + x) = e^x·e^a, as the exposures of counts are written, and reduces what
// is left over cells; nil if there is nothing to take out or it does not help.
func (s *sum) withoutData(list []product) expr.Expr {
	total := expr.Const(0)
	var rest []product
	found := false
	for _, p := range list {
		x, exp := p.dynamic, false
		if x.Kind == expr.Map && x.Fn == ir.Exp {
			x, exp = x.In[0], true
		}
		data, other := parts(x)
		switch {
		case data == nil || other == nil:
		case exp:
			// Shifted by log Σ e^x, so that e^x does not overflow.
			shift := expr.LogSumExp(data)
			p.static = times(p.static, expr.Exp(expr.Sub(data, shift)))
			p.dynamic = expr.Exp(expr.Add(other, shift))
			found = true
		default:
			total = expr.Add(total, times(p.scale, s.total(times(p.static, data))))
			p.dynamic = other
			found = true
		}
		rest = append(rest, p)
	}
	if !found {
		return nil
	}
	p := s.partition(rest...)
	if p == nil {
		return nil
	}
	return expr.Add(total, s.overCells(rest, p))
}

// parts splits a sum into its vectors of data and the rest, nil if there are
// none.
func parts(x expr.Expr) (data, other expr.Expr) {
	for _, t := range expr.Terms(x) {
		if t.Static() && !t.IsScalar() {
			data = plus(data, t)
		} else {
			other = plus(other, t)
		}
	}
	if other != nil && other.IsScalar() {
		other = nil
	}
	return data, other
}

// overRows adds products up row by row, those with one scale together.
func (s *sum) overRows(list []product) expr.Expr {
	return s.byScale(list, func(p product) expr.Expr { return times(p.static, p.dynamic) })
}

// overCells adds products up cell by cell: the function of a cell times the
// cell's sum of the data.
func (s *sum) overCells(list []product, p *partition) expr.Expr {
	rule := RepeatedRows
	if p.groups {
		rule = Groups
	}
	s.r.use(p)
	s.r.note(rule, s.n, p.cells)
	return s.byScale(list, func(x product) expr.Expr {
		return expr.Mul(p.sums(s.flat(x.static)), s.r.lift(x.dynamic, p))
	})
}

// byScale returns Σ scale·Σ_i of(product)[i].
func (s *sum) byScale(list []product, of func(p product) expr.Expr) expr.Expr {
	var scales, sums []expr.Expr
	for _, p := range list {
		x := of(p)
		k := 0
		for k < len(scales) && scales[k] != p.scale {
			k++
		}
		if k == len(scales) {
			scales, sums = append(scales, p.scale), append(sums, x)
			continue
		}
		sums[k] = expr.Add(sums[k], x)
	}
	total := expr.Const(0)
	for k, x := range sums {
		total = expr.Add(total, times(scales[k], expr.Sum(x)))
	}
	return total
}

// linear returns the sum of products whose dynamic factors are linear in
// scalars, with data as coefficients; nil if some is not.
func (s *sum) linear(list []product) expr.Expr {
	total := expr.Const(0)
	for _, p := range list {
		lines, ok := s.affine(p.dynamic)
		if !ok {
			return nil
		}
		for _, l := range lines {
			if l.row != nil {
				return nil
			}
			data := times(s.flat(p.static), s.flat(l.col))
			var x expr.Expr
			if l.block.X == nil {
				x = times(l.coef, s.total(data))
			} else {
				x = expr.Mul(expr.Sum(expr.Mul(s.columnSums(l.block, data), l.vec)), l.scale())
			}
			total = expr.Add(total, times(p.scale, x))
		}
	}
	return total
}

// columnSums returns Σ_i data[i]·x[i,k] for every column k.
func (s *sum) columnSums(c expr.Columns, data expr.Expr) expr.Expr {
	switch {
	case data == nil:
		data = expr.Repeat(1, vectorOf(s.n))
	case data.IsScalar():
		data = expr.Repeat(data, vectorOf(s.n))
	}
	if c.Trans {
		return expr.MulVec(c.X, data)
	}
	return expr.MulVecT(c.X, data)
}

// dear reports whether x computes functions that cost many additions.
func dear(x expr.Expr) bool {
	if x.Static() || x.IsScalar() {
		return false
	}
	if x.Kind == expr.Map {
		switch x.Fn {
		case ir.Neg, ir.Abs, ir.Sqrt, ir.Floor, ir.Ceil, ir.Round, ir.Trunc, ir.Add, ir.Sub, ir.Mul, ir.Div,
			ir.Min, ir.Max, ir.Lt, ir.Le, ir.Eq, ir.Select, ir.Square, ir.Inv:
		default:
			return true
		}
	}
	for _, a := range x.In {
		if dear(a) {
			return true
		}
	}
	return false
}
