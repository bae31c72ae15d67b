package latent

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// rotated returns the components of standard vectors z that enter the model as
// L·z alone, L being lower triangular: of x = L·z, component k has location
// Σ_{l<k} L_kl z_l and scale L_kk. It is empty where the
// model is not of that form, or L does not depend on parameters.
func (s *search) rotated(c *candidate) []*candidate {
	own := newSet(s.m.Dim)
	own.add(c.coords...)
	var factor expr.Expr
	var columns [][]int
	u := s.allUses()
	for _, pick := range u.picks {
		if !s.finder.of(pick).meets(own) {
			continue
		}
		list, _ := positions(pick)
		for _, in := range u.of[pick] {
			if _, ok := positions(in.by); ok || in.term == c.term && in.law == c.law {
				continue
			}
			m := in.by
			fits := m.Kind == expr.MatVec && !m.Trans && m.In[1] == pick && m.In[0] != pick && m.Rows == m.Cols
			if !fits || factor != nil && !same(factor, m.In[0]) {
				return nil
			}
			factor = m.In[0]
			columns = append(columns, list)
		}
	}
	if factor == nil || factor.Static() || s.finder.of(factor).meets(own) || !triangular(factor, columns) {
		return nil
	}
	return s.components(c, factor, columns)
}

// triangular reports whether a matrix is known to be lower triangular, and small. Its
// diagonal may have any sign.
func triangular(m expr.Expr, columns [][]int) bool {
	k := len(columns[0])
	if k < 2 || k > mostComponents || m.Size() != k*k {
		return false
	}
	for j := range k {
		for i := range j {
			if signAt(m, i+j*k) != zero {
				return false
			}
		}
		if signAt(m, j+j*k) == zero {
			return false
		}
	}
	return true
}

// components returns one candidate for each component, nil unless each
// coordinate of c is in one column alone.
func (s *search) components(c *candidate, factor expr.Expr, columns [][]int) []*candidate {
	where := make(map[int]int) // of each coordinate: its component
	for _, list := range columns {
		for k, q := range list {
			if old, taken := where[q]; taken && old != k {
				return nil
			}
			where[q] = k
		}
	}
	k := len(columns[0])
	list, l := make([]*candidate, k), flat(factor)
	j := &joint{mu: expr.Const(0), factor: factor, elements: len(c.coords)}
	for i := range list {
		list[i] = &candidate{term: c.term, law: c.law, family: c.family, located: true, standardized: true, joint: j}
	}
	seen := make(map[int]bool)
	for _, column := range columns {
		if seen[column[0]] {
			continue
		}
		for i, q := range column {
			seen[q] = true
			list[i].coords = append(list[i].coords, q)
		}
	}
	for _, q := range c.coords {
		if !seen[q] {
			return nil
		}
	}
	if len(seen) != len(c.coords) {
		return nil
	}
	for i, one := range list {
		one.location = expr.Const(0)
		for m, before := range list[:i] {
			one.location = expr.Add(one.location, expr.Mul(part(l, i+m*k, 1), s.elements(before.coords)))
		}
		one.scale = part(l, i+i*k, 1)
		one.deps = newSet(s.m.Dim)
		one.deps.join(s.finder.of(one.location))
		one.deps.join(s.finder.of(one.scale))
	}
	return list
}

// elements returns elements of q that belong to one parameter.
func (s *search) elements(coords []int) expr.Expr {
	p := &s.m.Parameters[s.owner[coords[0]]]
	at := make([]int, len(coords))
	for i, q := range coords {
		at[i] = q - p.Offset
	}
	return pick(leaf(p), at)
}

// sign is what is known of a number.
type sign uint8

const (
	unknown sign = iota
	zero
	above // 0
)

// signAt tells what is known of one element of an expression.
func signAt(e expr.Expr, i int) sign {
	if e.IsScalar() {
		i = 0
	}
	switch e.Kind {
	case expr.Literal, expr.Datum:
		switch v := e.Values[i]; {
		case e.Kind == expr.Datum && e.Name != "": // may be bound anew
		case v == 0:
			return zero
		case v > 0:
			return above
		}
	case expr.Fill:
		return signAt(e.In[0], 0)
	case expr.Slice:
		return signAt(e.In[0], e.Off+i)
	case expr.Gather:
		if e.Index.Fixed || e.Index.Name == "" {
			return signAt(e.In[0], int(e.Index.Values[i]))
		}
	case expr.Assemble:
		for k, piece := range e.In {
			if at := i - e.Offs[k]; 0 <= at && at < piece.Size() {
				return signAt(piece, at)
			}
		}
		return zero
	case expr.Outer:
		return product(signAt(e.In[0], i%e.Rows), signAt(e.In[1], i/e.Rows))
	case expr.Chol:
		row, column := i%e.Rows, i/e.Rows
		switch {
		case row < column:
			return zero
		case row == column:
			return above
		}
	case expr.Map:
		return signOf(e, i)
	}
	return unknown
}

// signOf is signAt for functions.
func signOf(e expr.Expr, i int) sign {
	switch e.Fn {
	case ir.Exp, ir.Sqrt:
		return above
	case ir.Mul:
		return product(signAt(e.In[0], i), signAt(e.In[1], i))
	case ir.Div:
		if b := signAt(e.In[1], i); b == above {
			return product(signAt(e.In[0], i), b)
		}
	case ir.Inv:
		if signAt(e.In[0], i) == above {
			return above
		}
	case ir.Add:
		if a, b := signAt(e.In[0], i), signAt(e.In[1], i); a == above && b != unknown || b == above && a != unknown {
			return above
		}
	}
	return unknown
}

func product(a, b sign) sign {
	switch {
	case a == zero || b == zero:
		return zero
	case a == above && b == above:
		return above
	}
	return unknown
}
