package latent

import (
	"fmt"

	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
)

// mostComponents bounds the length of vectors that are mapped component by
// component: each is a level of its own.
const mostComponents = 10

// joint is what the components of a vector with a multivariate normal prior have
// in common.
type joint struct {
	mu, factor expr.Expr
	elements   int
	broken     string // why none of them is mapped
}

// joint returns one candidate for each component of vectors x of length K, all
// coordinates of which c holds: component k given those before it is
//
//	Normal(μ_k + Σ_{l<k} L_kl ε_l, L_kk),  ε_l = (x_l − location_l)/L_ll,
//
// so that ε is L⁻¹(x − μ).
func (s *search) joint(c *candidate, x, mu, factor expr.Expr) []*candidate {
	k := factor.Shape[0]
	if k > mostComponents {
		c.why = fmt.Sprintf("it is of vectors of %d elements, more than %d", k, mostComponents)
		return []*candidate{c}
	}
	n := len(c.coords) / k
	j := &joint{mu: mu, factor: factor, elements: len(c.coords)}
	l := flat(factor)
	each := flat(mu)
	list := make([]*candidate, k)
	for i := range list {
		at := make([]int, n)
		for v := range at {
			at[v] = i + v*k
		}
		one := &candidate{term: c.term, law: c.law, located: true, joint: j}
		for _, p := range at {
			one.coords = append(one.coords, c.coords[p])
		}
		location := part(each, i, 1)
		if each.Size() > k {
			location = pick(each, at)
		}
		for m, before := range list[:i] {
			location = expr.Add(location, expr.Mul(part(l, i+m*k, 1), before.residual))
		}
		scale := part(l, i+i*k, 1)
		one.residual = expr.Div(expr.Sub(pick(x, at), location), scale)
		one.family, _ = dist.AsLocationScale(dist.Normal(location, scale))
		s.complete(one)
		list[i] = one
	}
	return list
}
