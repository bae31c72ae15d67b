package latent

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// uses are the places in the terms where elements of q, and what is computed
// from them, are used.
type uses struct {
	of    map[expr.Expr][]use
	picks []expr.Expr // that are elements of q, in the order in which they are met

	recurrences []expr.Expr // running sums and loops that carry numbers
}

// use is a node that another is an argument of, first met in a law of a term, or
// in a term that has none, law then being −1.
type use struct {
	by        expr.Expr
	term, law int
}

// allUses collects them once for all laws.
func (s *search) allUses() *uses {
	if s.uses != nil {
		return s.uses
	}
	s.uses = &uses{of: make(map[expr.Expr][]use)}
	seen := make(map[expr.Expr]bool)
	var visit func(e expr.Expr, term, law int)
	visit = func(e expr.Expr, term, law int) {
		if seen[e] || e.Static() {
			return
		}
		seen[e] = true
		if _, ok := positions(e); ok {
			s.uses.picks = append(s.uses.picks, e)
		}
		if e.Kind == expr.CumSum || e.Kind == expr.ScanLoop {
			s.uses.recurrences = append(s.uses.recurrences, e)
		}
		for _, a := range e.In {
			if !a.Static() {
				s.uses.of[a] = append(s.uses.of[a], use{e, term, law})
			}
			visit(a, term, law)
		}
	}
	for i, t := range s.m.Terms {
		for l := range t.Laws {
			visit(t.Laws[l].LogDensity, i, l)
		}
		if len(t.Laws) == 0 {
			visit(t.LogDensity, i, -1)
		}
	}
	return s.uses
}

// standard reports whether a law has location 0 and scale 1.
func (c *candidate) standard() bool {
	if !c.located || c.why != "" || c.offset != nil || c.joint != nil {
		return false
	}
	m, ok := c.location.ConstValue()
	s, ok2 := c.scale.ConstValue()
	return ok && ok2 && m == 0 && s == 1
}

// element is one element of an expression; of a scalar, all of it.
type element struct {
	of expr.Expr
	at int
}

// written finds the location and scale that a model itself gives to a parameter
// with a standard law, where all that the rest of it says is in terms of
// location + scale·z, element by element. A scalar or unique location that is
// added everywhere is part of it, anything else stays outside. It reports
// whether there is such a scale or location that depends on parameters.
func (s *search) written(c *candidate) bool {
	own := newSet(s.m.Dim)
	own.add(c.coords...)
	scales, locations := make(map[int]element), make(map[int]element)
	u := s.allUses()
	located := true
	for _, pick := range u.picks {
		if !s.finder.of(pick).meets(own) {
			continue
		}
		list, _ := positions(pick)
		for _, in := range u.of[pick] {
			product := in.by
			if _, ok := positions(product); ok || in.term == c.term && in.law == c.law {
				continue // a part or a choice of it comes by itself; its own law
			}
			factor := otherOf(product, pick, ir.Mul)
			if factor == nil || s.finder.of(factor).meets(own) || !s.assign(scales, own, list, factor) {
				return false
			}
			located = located && s.locations(u, locations, own, list, product)
		}
	}
	if len(scales) < len(c.coords) {
		return false
	}
	scale, location := s.join(c.coords, scales), c.location
	if located && len(locations) == len(c.coords) {
		location = s.join(c.coords, locations)
	}
	if scale.Static() && location.Static() {
		return false
	}
	c.scale, c.location = scale, location
	c.deps = newSet(s.m.Dim)
	c.deps.join(s.finder.of(c.location))
	c.deps.join(s.finder.of(c.scale))
	c.standardized = true
	return true
}

// locations notes what is added to a product wherever it is used; it reports
// false where that is not one and the same number for each element.
func (s *search) locations(u *uses, to map[int]element, own set, list []int, product expr.Expr) bool {
	if len(u.of[product]) == 0 {
		return false
	}
	for _, sum := range u.of[product] {
		added := otherOf(sum.by, product, ir.Add)
		if added == nil || s.finder.of(added).meets(own) || !s.assign(to, own, list, added) {
			return false
		}
	}
	return true
}

// otherOf returns the other argument of an operation on e, nil where it is
// another operation or takes e twice.
func otherOf(operation, e expr.Expr, fn ir.Op) expr.Expr {
	if operation.Kind != expr.Map || operation.Fn != fn || operation.In[0] == operation.In[1] {
		return nil
	}
	if operation.In[0] == e {
		return operation.In[1]
	}
	return operation.In[0]
}

// assign notes the element of e that belongs to each coordinate; it reports
// false where a coordinate has another one already.
func (s *search) assign(to map[int]element, own set, list []int, e expr.Expr) bool {
	if !e.IsScalar() && e.Size() != len(list) {
		return false
	}
	for i, q := range list {
		if !own.has(q) {
			continue
		}
		x := element{of: e}
		if !e.IsScalar() {
			x.at = i
		}
		old, taken := to[q]
		if taken && (old.at != x.at || !same(old.of, x.of)) {
			return false
		}
		if !taken {
			to[q] = x
		}
	}
	return true
}

// join puts the elements of coordinates side by side; where all are one scalar,
// that is the result.
func (s *search) join(coords []int, of map[int]element) expr.Expr {
	first := of[coords[0]]
	alike, at := true, make([]int, len(coords))
	for i, q := range coords {
		x := of[q]
		alike = alike && same(x.of, first.of)
		at[i] = x.at
	}
	if alike {
		return pick(flat(first.of), at)
	}
	list := make([]expr.Expr, len(coords))
	for i, q := range coords {
		x := of[q]
		if list[i] = x.of; !x.of.IsScalar() {
			list[i] = expr.At(x.of, x.at)
		}
	}
	return sideBySide(list)
}
