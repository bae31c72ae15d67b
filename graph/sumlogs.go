package graph

import (
	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// fewLogs is the number of logarithms from which a product pays: it ends with a
// logarithm that everything waits for.
const fewLogs = 2 * ir.Lanes

// sumLogs returns the sum of the elements of n, of which logarithms are terms,
// with these as logarithms of products: Σ (x − c·log y) = Σ x − c·log Π y, see
// ir.SumLog, and log(1 + x) and log(1 + e^x) likewise. It returns nil if there is
// no such term, or too few elements.
func (b *builder) sumLogs(n *G.Node, count int) *G.Node {
	if count < fewLogs {
		return nil
	}
	t := logTerms{b: b}
	rest := t.take(n, false)
	if len(t.sums) == 0 {
		return nil
	}
	var total *G.Node
	if rest != nil {
		total = b.sum(rest, count)
	}
	for i, s := range t.sums {
		switch {
		case total == nil && t.negative[i]:
			total = b.apply(ir.Neg, s)
		case total == nil:
			total = s
		case t.negative[i]:
			total = b.apply(ir.Sub, total, s)
		default:
			total = b.apply(ir.Add, total, s)
		}
	}
	return total
}

// logTerms collects sums of logarithms and their signs.
type logTerms struct {
	b        *builder
	sums     []*G.Node
	negative []bool
}

func (t *logTerms) add(sum *G.Node, negative bool) {
	t.sums, t.negative = append(t.sums, sum), append(t.negative, negative)
}

// take returns the sum n without the logarithms among its terms, which it
// collects; nil if nothing is left.
func (t *logTerms) take(n *G.Node, negative bool) *G.Node {
	b, o := t.b, opOf(n)
	if o == nil || o.Kind != expr.Map || b.extent(n) == scalar || b.isStatic(n) {
		return n
	}
	c := b.children(n)
	switch o.Fn {
	case ir.Neg:
		if x := t.take(c[0], !negative); x != nil {
			return b.apply(ir.Neg, x)
		}
		return nil
	case ir.Add, ir.Sub:
		return t.takePair(o.Fn, c[0], c[1], negative)
	case ir.Log:
		t.add(b.sumLog(c[0]), negative)
		return nil
	case ir.Log1p:
		t.add(b.sumLog(b.apply(ir.Add, b.constant(1), c[0])), negative)
		return nil
	case ir.Log1pExp:
		t.add(b.softplus(c[0]), negative)
		return b.node(expr.Op{Kind: expr.Stop}, nil, b.extent(n), b.apply(ir.Max, c[0], b.constant(0)))
	case ir.Mul:
		f, x := b.split(n, productDepth)
		if f == nil {
			return n
		}
		inner := logTerms{b: b}
		rest := inner.take(x, false)
		if len(inner.sums) == 0 {
			return n
		}
		for i, s := range inner.sums {
			t.add(b.apply(ir.Mul, f, s), negative != inner.negative[i])
		}
		if rest != nil {
			rest = b.apply(ir.Mul, f, rest)
		}
		return rest
	}
	return n
}

func (t *logTerms) takePair(fn ir.Op, x, y *G.Node, negative bool) *G.Node {
	b := t.b
	p, q := t.take(x, negative), t.take(y, negative != (fn == ir.Sub))
	switch {
	case p != nil && q != nil:
		return b.apply(fn, p, q)
	case p != nil:
		return p
	case q != nil && fn == ir.Sub:
		return b.apply(ir.Neg, q)
	}
	return q
}

func (b *builder) sumLog(x *G.Node) *G.Node {
	return b.node(expr.Op{Kind: expr.SumLogs}, nil, scalar, x)
}

// softplus returns Σ log(1 + e^−|x|) with the derivative of Σ log(1 + e^x), of
// which Σ max(x, 0) is left: that derivative and the value share e^−|x|.
func (b *builder) softplus(x *G.Node) *G.Node {
	e := b.apply(ir.Exp, b.apply(ir.Neg, b.apply(ir.Abs, x)))
	value := b.sumLog(b.apply(ir.Add, b.constant(1), e))
	return b.node(expr.Op{Kind: expr.Tangent}, nil, scalar, value, x, b.apply(ir.InvLogit, x))
}

// shareLogs makes plain sums of the sums of logarithms that are needed one by one
// as well.
func (l *lowering) shareLogs() {
	logs, shifted, negated := make(map[*value]*value), make(map[*value]*value), make(map[*value]*value)
	for _, v := range l.order {
		if v.o == nil || v.o.Kind != expr.Map {
			continue
		}
		switch v.o.Fn {
		case ir.Log:
			logs[v.in[0]] = v
		case ir.Log1p:
			shifted[v.in[0]] = v
		case ir.Neg:
			negated[v.in[0]] = v
		}
	}
	known := func(x *value) *value { // the logarithm of x
		if x.o == nil || x.o.Kind != expr.Map || logs[x] != nil || !isOne(x.in[0]) {
			return logs[x]
		}
		switch x.o.Fn {
		case ir.Add:
			return shifted[x.in[1]]
		case ir.Sub:
			return shifted[negated[x.in[1]]]
		}
		return nil
	}
	for _, v := range l.order {
		if v.o == nil || v.o.Kind != expr.SumLogs {
			continue
		}
		if log := known(v.in[0]); log != nil && log.extent == v.in[0].extent {
			v.o = &op{Op: expr.Op{Kind: expr.SumAll}, in: []int{log.extent}, out: scalar}
			v.in = []*value{log}
		}
	}
}

func isOne(v *value) bool {
	return v.o != nil && v.o.Kind == expr.Literal && v.extent == scalar && v.o.values[0] == 1
}
