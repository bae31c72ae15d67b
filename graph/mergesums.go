package graph

import (
	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// sumKey tells sums apart that cannot be one: by their lengths and factors.
type sumKey struct {
	extent int
	factor *G.Node // nil for 1
}

// mergeSums makes one sum of those among the parts of an adjoint that have the
// same length and factor: c·Σx − c·Σy is c·Σ(x − y). Each sum of a loop has lanes
// of its own, for which there are too few registers when there are many. Sums
// that are needed anyway stay.
func (b *builder) mergeSums(parts []*G.Node) []*G.Node {
	merged := make(map[sumKey]*G.Node)
	count := make(map[sumKey]int)
	var order []sumKey
	var rest []*G.Node
	for _, p := range parts {
		key, x, negative := b.sumOf(p)
		if x == nil {
			rest = append(rest, p)
			continue
		}
		old, known := merged[key]
		switch {
		case !known && negative:
			x = b.apply(ir.Neg, x)
		case known && negative:
			x = b.apply(ir.Sub, old, x)
		case known:
			x = b.apply(ir.Add, old, x)
		}
		if !known {
			order = append(order, key)
		}
		merged[key] = x
		count[key]++
	}
	if len(order)+len(rest) == len(parts) {
		return parts
	}
	for _, key := range order {
		n := b.node(expr.Op{Kind: expr.SumAll}, nil, scalar, merged[key])
		if key.factor != nil {
			n = b.apply(ir.Mul, key.factor, n)
		}
		rest = append(rest, n)
	}
	return rest
}

// sumOf takes n apart into ±factor·Σx; x is nil if n is nothing of the kind.
func (b *builder) sumOf(n *G.Node) (key sumKey, x *G.Node, negative bool) {
	if a := b.argumentOf(ir.Neg, n); a != nil {
		n, negative = a, true
	}
	o := opOf(n)
	if o != nil && o.Kind == expr.Map && o.Fn == ir.Mul {
		c := b.children(n)
		for k := range c {
			if sum := opOf(c[k]); sum != nil && sum.Kind == expr.SumAll {
				n, o, key.factor = c[k], sum, c[1-k]
				break
			}
		}
	}
	if o == nil || o.Kind != expr.SumAll || b.forward[n] {
		return key, nil, false
	}
	key.extent = o.in[0]
	return key, b.children(n)[0], negative
}

// valueNodes returns the nodes that a value needs, of those below it in order:
// not those that only derivatives which were given do.
func (b *builder) valueNodes(value *G.Node, order []*G.Node) map[*G.Node]bool {
	needed := map[*G.Node]bool{value: true}
	for i := len(order) - 1; i >= 0; i-- {
		n := order[i]
		if !needed[n] {
			continue
		}
		children := b.children(n)
		if o := opOf(n); o != nil && o.Kind == expr.Tangent {
			children = children[:1]
		}
		for _, c := range children {
			needed[c] = true
		}
	}
	return needed
}
