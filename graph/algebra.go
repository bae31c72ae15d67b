package graph

import (
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// The rewriting here saves operations in the program and, since derivatives are
// taken of what is rewritten, in its gradient. Signs move outwards until an
// addition takes them up, which is exact. Logarithms and reciprocals of
// exponentials, of which constrained scales are full, and divisions by scalars
// change results by rounding only, and where e^x is beyond the range of
// numbers they are finite instead of infinite. So are logarithms of logistic
// functions and of their complements, which share one function.

// rewrite returns a cheaper form of fn of the arguments, nil if it knows none.
func (b *builder) rewrite(fn ir.Op, in []*G.Node) *G.Node {
	if b.plain {
		return nil
	}
	switch fn {
	case ir.Log:
		return b.rewriteLog(in[0])
	case ir.Log1p:
		if x := b.complementOf(in[0]); x != nil {
			return b.apply(ir.Neg, b.apply(ir.Log1pExp, x))
		}
	case ir.Sqrt:
		if x := b.argumentOf(ir.Exp, in[0]); x != nil {
			return b.apply(ir.Exp, b.apply(ir.Mul, b.constant(0.5), x))
		}
	case ir.Inv:
		if n := b.invertExp(in[0]); n != nil {
			return n
		}
		if v, ok := b.constantOf(in[0]); ok {
			return b.constant(1 / v)
		}
	case ir.Div:
		return b.rewriteDiv(in[0], in[1])
	case ir.Neg:
		return b.argumentOf(ir.Neg, in[0])
	case ir.Square:
		if x := b.argumentOf(ir.Neg, in[0]); x != nil {
			return b.apply(ir.Square, x)
		}
	case ir.Mul, ir.Add, ir.Sub:
		return b.rewriteSigns(fn, in[0], in[1])
	}
	return nil
}

// argumentOf returns the argument of n if n is the one-argument function fn,
// nil otherwise.
func (b *builder) argumentOf(fn ir.Op, n *G.Node) *G.Node {
	if o := opOf(n); o != nil && o.Kind == expr.Map && o.Fn == fn {
		return b.children(n)[0]
	}
	return nil
}

// complementOf returns x where n = −1/(1 + e^−x), nil otherwise.
func (b *builder) complementOf(n *G.Node) *G.Node {
	if p := b.argumentOf(ir.Neg, n); p != nil {
		return b.argumentOf(ir.InvLogit, p)
	}
	return nil
}

// selected returns the vector x of which n is a slice or picks elements, and a
// function that selects likewise from other vectors; nil if n does neither.
func (b *builder) selected(n *G.Node) (x *G.Node, pick func(*G.Node) *G.Node) {
	o := opOf(n)
	if o == nil || o.Kind != expr.Slice && o.Kind != expr.Gather {
		return nil, nil
	}
	return b.children(n)[0], func(m *G.Node) *G.Node { return b.node(o.Op, nil, o.out, b.full(m, o.in[0])) }
}

// exponent returns x where n = e^x or is selected from e^v, nil otherwise.
func (b *builder) exponent(n *G.Node) *G.Node {
	if x := b.argumentOf(ir.Exp, n); x != nil {
		return x
	}
	if v, pick := b.selected(n); v != nil {
		if x := b.argumentOf(ir.Exp, v); x != nil {
			return pick(x)
		}
	}
	return nil
}

// invertExp returns 1/n where n = e^x or is selected from e^v, nil otherwise. A
// short vector is inverted as a whole, so that what is selected from it shares
// the exponentials.
func (b *builder) invertExp(n *G.Node) *G.Node {
	if v, pick := b.selected(n); v != nil && b.extent(v) <= max(ir.Lanes, b.extent(n)) {
		if x := b.argumentOf(ir.Exp, v); x != nil {
			return pick(b.apply(ir.Exp, b.apply(ir.Neg, x)))
		}
	}
	if x := b.exponent(n); x != nil {
		return b.apply(ir.Exp, b.apply(ir.Neg, x))
	}
	return nil
}

func (b *builder) rewriteLog(n *G.Node) *G.Node {
	if x := b.exponent(n); x != nil {
		return x
	}
	if x := b.argumentOf(ir.Inv, n); x != nil {
		return b.apply(ir.Neg, b.apply(ir.Log, x))
	}
	if x := b.argumentOf(ir.InvLogit, n); x != nil {
		return b.apply(ir.Sub, x, b.apply(ir.Log1pExp, x))
	}
	if x := b.argumentOf(ir.Sqrt, n); x != nil {
		return b.apply(ir.Mul, b.constant(0.5), b.apply(ir.Log, x))
	}
	return nil
}

func (b *builder) rewriteDiv(x, y *G.Node) *G.Node {
	if v, ok := b.constantOf(y); ok {
		if f, _ := math.Frexp(v); f == 0.5 || f == -0.5 { // a power of two: exact
			return b.apply(ir.Mul, b.constant(1/v), x)
		}
	}
	switch {
	case b.exponent(y) != nil:
		return b.apply(ir.Mul, x, b.apply(ir.Inv, y))
	case b.extent(x) != scalar && b.extent(y) == scalar:
		return b.apply(ir.Mul, x, b.apply(ir.Inv, y))
	}
	if a := b.argumentOf(ir.Neg, x); a != nil {
		return b.apply(ir.Neg, b.apply(ir.Div, a, y))
	}
	return nil
}

func (b *builder) rewriteSigns(fn ir.Op, x, y *G.Node) *G.Node {
	a, c := b.argumentOf(ir.Neg, x), b.argumentOf(ir.Neg, y)
	switch {
	case fn == ir.Mul && a != nil && c != nil:
		return b.apply(ir.Mul, a, c)
	case fn == ir.Mul && a != nil:
		return b.apply(ir.Neg, b.apply(ir.Mul, a, y))
	case fn == ir.Mul && c != nil:
		return b.apply(ir.Neg, b.apply(ir.Mul, x, c))
	case fn == ir.Mul && x == y:
		return b.apply(ir.Square, x)
	case fn == ir.Mul:
		if n := b.regroup(x, y); n != nil {
			return n
		}
		return b.regroup(y, x)
	case fn == ir.Add && c != nil:
		return b.apply(ir.Sub, x, c)
	case fn == ir.Add && a != nil:
		return b.apply(ir.Sub, y, a)
	case fn == ir.Sub && c != nil:
		return b.apply(ir.Add, x, c)
	case fn == ir.Sub && a != nil:
		return b.apply(ir.Neg, b.apply(ir.Add, a, y))
	}
	return nil
}

// regroup returns x·(u·w) as (x·u)·w where x·u costs less than x·(u·w): one
// product of scalars, or one of data, which is computed once.
func (b *builder) regroup(x, y *G.Node) *G.Node {
	o := opOf(y)
	if o == nil || o.Kind != expr.Map || o.Fn != ir.Mul {
		return nil
	}
	c := b.children(y)
	for k := range c {
		u, w := c[k], c[1-k]
		if b.extent(w) == scalar {
			continue
		}
		scalars := b.extent(x) == scalar && b.extent(u) == scalar
		if scalars || b.isStatic(x) && b.isStatic(u) && !b.isStatic(w) {
			return b.apply(ir.Mul, b.apply(ir.Mul, x, u), w)
		}
	}
	return nil
}

// isStatic tells whether n depends on data alone.
func (b *builder) isStatic(n *G.Node) bool {
	if v, ok := b.static[n]; ok {
		return v
	}
	leaf := b.leaves[n]
	static := leaf == nil || leaf.Kind == expr.Datum
	for _, c := range b.children(n) {
		static = static && b.isStatic(c)
	}
	b.static[n] = static
	return static
}

// productDepth bounds the search for scalar factors of a product.
const productDepth = 6

// split writes n as scalar·rest, where scalar gathers the scalar factors of a
// product; scalar is nil if there are none.
func (b *builder) split(n *G.Node, depth int) (factor, rest *G.Node) {
	o := opOf(n)
	if b.extent(n) == scalar || o == nil || o.Kind != expr.Map || depth == 0 {
		return nil, n
	}
	c := b.children(n)
	switch o.Fn {
	case ir.Neg:
		f, r := b.split(c[0], depth-1)
		if f == nil {
			return b.constant(-1), r
		}
		return b.apply(ir.Neg, f), r
	case ir.Square:
		if f, r := b.split(c[0], depth-1); f != nil {
			return b.apply(ir.Square, f), b.apply(ir.Square, r)
		}
	case ir.Mul:
		return b.splitProduct(n, c[0], c[1], depth)
	case ir.Div:
		if f, r := b.split(c[0], depth-1); f != nil {
			return f, b.apply(ir.Div, r, c[1])
		}
	}
	return nil, n
}

func (b *builder) splitProduct(n, x, y *G.Node, depth int) (factor, rest *G.Node) {
	for _, pair := range [2][2]*G.Node{{x, y}, {y, x}} {
		if s, v := pair[0], pair[1]; b.extent(s) == scalar {
			f, r := b.split(v, depth-1)
			if f == nil {
				return s, r
			}
			return b.apply(ir.Mul, s, f), r
		}
	}
	f, r := b.split(x, depth-1)
	g, q := b.split(y, depth-1)
	switch {
	case f == nil && g == nil:
		return nil, n
	case f == nil:
		return g, b.apply(ir.Mul, r, q)
	case g == nil:
		return f, b.apply(ir.Mul, r, q)
	}
	return b.apply(ir.Mul, f, g), b.apply(ir.Mul, r, q)
}

// sum returns the sum of the elements of n, count times n if it is a scalar.
// Scalar factors are taken out of the sum.
func (b *builder) sum(n *G.Node, count int) *G.Node {
	if b.extent(n) == scalar {
		return b.apply(ir.Mul, b.constant(float64(count)), n)
	}
	if o := opOf(n); o != nil && o.Kind == expr.Fill {
		return b.apply(ir.Mul, b.constant(float64(count)), b.children(n)[0])
	}
	if f, r := b.split(n, productDepth); f != nil && !b.plain {
		return b.apply(ir.Mul, f, b.sum(r, count))
	}
	if b.logs && !b.plain {
		if s := b.sumLogs(n, count); s != nil {
			return s
		}
	}
	return b.node(expr.Op{Kind: expr.SumAll}, nil, scalar, n)
}
