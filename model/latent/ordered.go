package latent

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
)

// An ordered vector has x₁ = q₁ and x_k = x_{k−1} + e^{q_k}. Where its elements have
// normal priors, x₁ is a latent like any other, and what the prior says of q_k, given
// the element before, is nearly normal: with r = μ_k − x_{k−1} and the Jacobian, its log
// density q − (e^q − r)²/2τ² is greatest at q = log g, where its second derivative is
// −(g² + τ²)/τ²,
//
//	g = (r + sqrt(r² + 4τ²))/2.
//
// So log g and τ/sqrt(g² + τ²) are location and scale of the map. The log density is
// that of the model as written, at q, and the map's Jacobian.

// fewestOrdered is the number of elements of a parameter from which on ordered vectors are mapped.
// Three means of a mixture say little of their scale, and mix worse with the map.
const fewestOrdered = 6

// orderedElement is an element of an ordered vector.
type orderedElement struct {
	vector     expr.Expr // all of it
	place      int       // in the vector, from 0
	coordinate int       // of q
}

// elementOf finds out which element of which ordered vector element i of an
// expression is.
func elementOf(e expr.Expr, i int) (o orderedElement, ok bool) {
	switch e.Kind {
	case expr.Slice:
		return elementOf(e.In[0], e.Off+i)
	case expr.Gather:
		if e.Index.Fixed || e.Index.Name == "" {
			return elementOf(e.In[0], int(e.Index.Values[i]))
		}
	case expr.Assemble:
		for k, piece := range e.In {
			if at := i - e.Offs[k]; 0 <= at && at < piece.Size() {
				return elementOf(piece, at)
			}
		}
	case expr.CumSum:
		steps := e.In[0]
		if e.Reverse || steps.Kind != expr.Assemble || len(steps.In) != 2 || steps.In[1].Kind != expr.Map || steps.In[1].Fn != ir.Exp {
			return o, false
		}
		first, ok := positions(steps.In[0])
		rest, ok2 := positions(steps.In[1].In[0])
		if !ok || !ok2 || len(first) != 1 || !isRun(rest, first[0]+1) || 1+len(rest) != e.Size() {
			return o, false
		}
		return orderedElement{e, i, first[0] + i}, true
	}
	return o, false
}

// ordered returns one candidate for each place in ordered vectors, for whose elements
// a normal law holds; none where that is not so for all elements of each.
func (s *search) ordered(t, l int, x expr.Expr) []*candidate {
	law := &s.m.Terms[t].Laws[l]
	family, ok := dist.AsLocationScale(law.Dist)
	if !ok || family.Name() != "normal" || family.Location.Static() && family.Scale.Static() {
		return nil
	}
	var list []*candidate
	var at [][]int // of each place: the elements of x
	for i := range x.Size() {
		o, ok := elementOf(x, i)
		if !ok || o.vector.Size() > mostComponents {
			return nil
		}
		if list == nil {
			list, at = make([]*candidate, o.vector.Size()), make([][]int, o.vector.Size())
			for k := range list {
				list[k] = &candidate{term: t, law: l, ordered: true, located: true}
			}
		}
		if len(list) != o.vector.Size() {
			return nil
		}
		c := list[o.place]
		c.coords, at[o.place] = append(c.coords, o.coordinate), append(at[o.place], i)
	}
	for k, c := range list {
		for j := range c.coords { // the same vectors in the same order, all of each
			if len(c.coords) != len(list[0].coords) || c.coords[j] != list[0].coords[j]+k {
				return nil
			}
		}
	}
	if s.parameter(list[0]).Size < fewestOrdered {
		return nil
	}
	s.orderedMaps(list, at, flat(family.Location), flat(family.Scale))
	return list
}

// orderedMaps sets locations and scales of the candidates for the places of ordered
// vectors.
func (s *search) orderedMaps(list []*candidate, at [][]int, mu, tau expr.Expr) {
	var before expr.Expr
	for k, c := range list {
		location, scale := pick(mu, at[k]), pick(tau, at[k])
		q := s.elements(c.coords)
		if k == 0 {
			before = q
		} else {
			r := expr.Sub(location, before)
			// (r + root)/2, without cancellation
			sum := expr.Add(expr.Abs(r), expr.Hypot(r, expr.Mul(2, scale)))
			gap := expr.Where(expr.Less(0, r), expr.Mul(0.5, sum), expr.Div(expr.Mul(2, expr.Square(scale)), sum))
			location, scale = expr.Log(gap), expr.Div(scale, expr.Hypot(gap, scale))
			before = expr.Add(before, expr.Exp(q))
		}
		c.family, _ = dist.AsLocationScale(dist.Normal(location, scale))
		s.complete(c)
	}
}
