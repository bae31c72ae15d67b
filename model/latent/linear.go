package latent

import (
	"slices"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// linear is an expression as drift + Σ slope·(elements of q), element by element.
type linear struct {
	drift expr.Expr
	terms []term
}

// term is slope·q[of], element by element.
type term struct {
	slope expr.Expr
	of    []int // coordinates, −1 where an element has none
}

// linear writes e in terms of elements of own.
func (s *search) linear(e expr.Expr, own set) (f linear, ok bool) {
	if !s.finder.of(e).meets(own) {
		return linear{drift: e}, true
	}
	if list, ok := positions(e); ok {
		return linear{expr.Const(0), []term{{expr.Const(1), list}}}, true
	}
	switch e.Kind {
	case expr.Map:
		return s.linearMap(e, own)
	case expr.Slice:
		f, ok = s.linear(e.In[0], own)
		if !ok {
			return f, false
		}
		n := e.Size()
		f.drift = part(f.drift, e.Off, n)
		for i := range f.terms {
			t := &f.terms[i]
			t.slope, t.of = part(t.slope, e.Off, n), t.of[e.Off:e.Off+n]
		}
		return f, true
	case expr.SumAll:
		return s.linearSum(e, own)
	case expr.Assemble:
		return s.linearPieces(e, own)
	}
	return f, false
}

// linearSum writes the sum of a vector, with a term for each of its elements.
func (s *search) linearSum(e expr.Expr, own set) (f linear, ok bool) {
	g, ok := s.linear(flat(e.In[0]), own)
	if !ok || e.In[0].Size() > farthest {
		return f, false
	}
	f.drift = expr.SumOver(g.drift, e.In[0].Size())
	for _, t := range g.terms {
		for i, q := range t.of {
			f.terms = append(f.terms, term{part(t.slope, i, 1), []int{q}})
		}
	}
	return f, true
}

func (s *search) linearMap(e expr.Expr, own set) (f linear, ok bool) {
	parts := make([]linear, len(e.In))
	for i, a := range e.In {
		if parts[i], ok = s.linear(flat(a), own); !ok {
			return f, false
		}
		for _, t := range parts[i].terms {
			if len(t.of) != e.Size() {
				return f, false // one element for all
			}
		}
	}
	switch e.Fn {
	case ir.Neg:
		return parts[0].each(func(x expr.Expr) expr.Expr { return expr.Neg(x) }), true
	case ir.Mul:
		if len(parts[0].terms) == 0 {
			parts[0], parts[1] = parts[1], parts[0]
		}
		if len(parts[1].terms) > 0 {
			return f, false
		}
		return parts[0].each(func(x expr.Expr) expr.Expr { return expr.Mul(parts[1].drift, x) }), true
	case ir.Div:
		if len(parts[1].terms) > 0 {
			return f, false
		}
		return parts[0].each(func(x expr.Expr) expr.Expr { return expr.Div(x, parts[1].drift) }), true
	case ir.Add:
		return sum(parts[0], parts[1]), true
	case ir.Sub:
		return sum(parts[0], parts[1].each(func(x expr.Expr) expr.Expr { return expr.Neg(x) })), true
	}
	return f, false
}

// each applies a linear function to drift and slopes.
func (f linear) each(of func(x expr.Expr) expr.Expr) linear {
	g := linear{drift: f.drift}
	if v, ok := f.drift.ConstValue(); !ok || v != 0 {
		g.drift = of(f.drift)
	}
	for _, t := range f.terms {
		g.terms = append(g.terms, term{of(t.slope), t.of})
	}
	return g
}

// sum adds; terms of the same elements become one.
func sum(a, b linear) linear {
	f := linear{expr.Add(a.drift, b.drift), slices.Clone(a.terms)}
next:
	for _, t := range b.terms {
		for i, old := range f.terms {
			if slices.Equal(old.of, t.of) {
				f.terms[i].slope = expr.Add(old.slope, t.slope)
				continue next
			}
		}
		f.terms = append(f.terms, t)
	}
	return f
}

// linearPieces sets linear pieces side by side: the first terms of all of them,
// the second, and so on.
func (s *search) linearPieces(e expr.Expr, own set) (f linear, ok bool) {
	pieces := make([]linear, len(e.In))
	most, end := 0, 0
	for k, piece := range e.In {
		if pieces[k], ok = s.linear(flat(piece), own); !ok || e.Offs[k] != end {
			return f, false
		}
		end += piece.Size()
		most = max(most, len(pieces[k].terms))
	}
	var drifts []expr.Expr
	for k, piece := range e.In {
		drifts = append(drifts, full(pieces[k].drift, piece.Size()))
	}
	f.drift = expr.Concat(drifts...)
	for i := range most {
		t := term{}
		var slopes []expr.Expr
		for k, piece := range e.In {
			n := piece.Size()
			one := term{expr.Const(0), slices.Repeat([]int{-1}, n)}
			if i < len(pieces[k].terms) {
				one = pieces[k].terms[i]
			}
			if len(one.of) != n {
				return f, false
			}
			slopes = append(slopes, full(one.slope, n))
			t.of = append(t.of, one.of...)
		}
		t.slope = expr.Concat(slopes...)
		f.terms = append(f.terms, t)
	}
	return f, end == e.Size()
}
