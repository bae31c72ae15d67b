package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// gradient returns the derivative of a scalar node with respect to each of the
// leaves wrt, by reverse accumulation over SymDiff. An adjoint may be a scalar
// where the node is a vector: it then holds for every element. Gorgonia's own
// Grad is not used; it memoises derivatives on nodes and is wrong on the second
// call.
func (b *builder) gradient(cost *G.Node, wrt []*G.Node) ([]*G.Node, error) {
	order := b.topological(cost)
	b.forward = b.valueNodes(cost, order)
	active := make(map[*G.Node]bool, len(order))
	for _, w := range wrt {
		active[w] = true
	}
	for _, n := range order {
		o := opOf(n)
		if o == nil {
			continue
		}
		children := b.children(n)
		flows := o.DiffWRT(len(children))
		for i, c := range children {
			if flows[i] && active[c] {
				active[n] = true
			}
		}
	}
	pending := map[*G.Node][]*G.Node{cost: {b.constant(1)}}
	adjoint := make(map[*G.Node]*G.Node)
	for i := len(order) - 1; i >= 0; i-- {
		n := order[i]
		if len(pending[n]) == 0 || !active[n] {
			continue
		}
		a := b.accumulate(pending[n], b.extent(n))
		adjoint[n] = a
		if n.Op() == nil {
			continue
		}
		if err := b.distribute(n, a, active, pending); err != nil {
			return nil, err
		}
	}
	out := make([]*G.Node, len(wrt))
	for i, w := range wrt {
		if out[i] = adjoint[w]; out[i] == nil {
			out[i] = b.constant(0)
		}
	}
	return out, nil
}

func (b *builder) distribute(n, a *G.Node, active map[*G.Node]bool, pending map[*G.Node][]*G.Node) error {
	o := n.Op().(G.SDOp)
	children := b.children(n)
	flows := o.DiffWRT(len(children))
	wanted := false
	for i, c := range children {
		wanted = wanted || flows[i] && active[c]
	}
	if !wanted {
		return nil
	}
	parts, err := o.SymDiff(children, n, a)
	if err != nil {
		return fmt.Errorf("derivative of %v: %w", n.Op(), err)
	}
	for i, c := range children {
		if flows[i] && active[c] {
			pending[c] = append(pending[c], parts[i])
		}
	}
	return nil
}

// topological returns the nodes that n depends on, arguments first, n last.
func (b *builder) topological(roots ...*G.Node) []*G.Node {
	seen := make(map[*G.Node]bool)
	var order []*G.Node
	type frame struct {
		n        *G.Node
		children []*G.Node
	}
	for _, root := range roots {
		if seen[root] {
			continue
		}
		seen[root] = true
		stack := []frame{{root, b.children(root)}}
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.children) == 0 {
				order = append(order, top.n)
				stack = stack[:len(stack)-1]
				continue
			}
			c := top.children[0]
			top.children = top.children[1:]
			if !seen[c] {
				seen[c] = true
				stack = append(stack, frame{c, b.children(c)})
			}
		}
	}
	return order
}

// accumulate adds the contributions to an adjoint. Contributions of slices
// (vectors that are zero outside one piece) that do not overlap are assembled
// instead of added.
func (b *builder) accumulate(parts []*G.Node, extent int) *G.Node {
	if extent == scalar && !b.plain {
		parts = b.mergeSums(parts)
	}
	var total *G.Node
	add := func(n *G.Node) {
		if total == nil {
			total = n
		} else {
			total = b.apply(ir.Add, total, n)
		}
	}
	var layers []*layer
	for _, p := range parts {
		o := opOf(p)
		if o == nil || o.Kind != expr.Assemble || len(o.in) != 1 {
			add(p)
			continue
		}
		layers = stack(layers, o.Offs[0], elements(o.in[0]), b.children(p)[0])
	}
	for _, l := range layers {
		add(b.node(expr.Op{Kind: expr.Assemble, Offs: l.offs}, nil, extent, l.pieces...))
	}
	return total
}

// layer is a set of pieces of a vector that do not overlap.
type layer struct {
	taken  map[int]bool // blocks of the vector that are used, coarse
	spans  [][2]int
	offs   []int
	pieces []*G.Node
}

// stack puts a piece into the first layer with room for it.
func stack(layers []*layer, off, n int, piece *G.Node) []*layer {
	for _, l := range layers {
		if l.free(off, off+n) {
			l.put(off, n, piece)
			return layers
		}
	}
	l := &layer{taken: make(map[int]bool)}
	l.put(off, n, piece)
	return append(layers, l)
}

const layerBlock = 16

func (l *layer) free(lo, hi int) bool {
	busy := false
	for k := lo / layerBlock; k <= (hi-1)/layerBlock; k++ {
		busy = busy || l.taken[k]
	}
	if !busy {
		return true
	}
	for _, s := range l.spans {
		if lo < s[1] && s[0] < hi {
			return false
		}
	}
	return true
}

func (l *layer) put(off, n int, piece *G.Node) {
	for k := off / layerBlock; k <= (off+n-1)/layerBlock; k++ {
		l.taken[k] = true
	}
	l.spans = append(l.spans, [2]int{off, off + n})
	l.offs = append(l.offs, off)
	l.pieces = append(l.pieces, piece)
}
