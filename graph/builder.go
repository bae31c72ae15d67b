package graph

import (
	"fmt"
	"strconv"
	"sync"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// building serialises the construction of graphs: Gorgonia keeps global state.
var building sync.Mutex

// builder makes the nodes of one ExprGraph. Nodes are interned by their whole
// structure, because Gorgonia's own identity is a 32-bit hash that ignores
// children.
type builder struct {
	g          *G.ExprGraph
	places     map[int64]int // Gorgonia's, see announce
	interned   map[string]*G.Node
	leaves     map[*G.Node]*expr.Node // inputs: data and parameters
	made       map[*expr.Node]*G.Node
	values     map[string]*expr.Node // data by name
	static     map[*G.Node]bool      // depends on data alone; see isStatic
	transposed map[matrixAt]expr.Expr
	forward    map[*G.Node]bool // what the value that is differentiated needs
	anon       int
	collisions uint32
	plain      bool        // expressions are not rewritten to cheaper ones
	logs       bool        // sums of logarithms may be those of products, see sumLogs
	without    []string    // passes over the program that are left out
	effects    []ir.Effect // of those that ran
}

func newBuilder() *builder {
	g := G.NewGraph()
	return &builder{
		g:        g,
		places:   places(g),
		interned: make(map[string]*G.Node),
		leaves:   make(map[*G.Node]*expr.Node),
		made:     make(map[*expr.Node]*G.Node),
		values:   make(map[string]*expr.Node),
		static:   make(map[*G.Node]bool),

		transposed: make(map[matrixAt]expr.Expr),
	}
}

// build translates an expression, sharing what was translated before.
func (b *builder) build(e *expr.Node) (*G.Node, error) {
	if n, ok := b.made[e]; ok {
		return n, nil
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	if wide(e) && !b.plain {
		n, err := b.build(b.turned(e))
		b.made[e] = n
		return n, err
	}
	in := make([]*G.Node, len(e.In))
	for i, a := range e.In {
		n, err := b.build(a)
		if err != nil {
			return nil, err
		}
		in[i] = n
	}
	extent := scalar
	if !e.IsScalar() {
		extent = e.Size()
	}
	var n *G.Node
	switch e.Kind {
	case expr.Datum, expr.Param, expr.Setting:
		var err error
		if n, err = b.leaf(e, extent); err != nil {
			return nil, err
		}
	case expr.Literal:
		n = b.literal(e.Values, extent)
	case expr.Map:
		n = b.apply(e.Fn, in...)
	case expr.Fill:
		n = b.full(in[0], extent)
	case expr.SumAll:
		n = b.sum(in[0], e.In[0].Size())
	default:
		n = b.node(e.Op, nil, extent, in...)
	}
	b.made[e] = n
	return n, nil
}

// settingName begins the names of nodes that are settings.
const settingName = "set:"

// leaf returns the input node of a data, parameter or setting leaf.
func (b *builder) leaf(e *expr.Node, extent int) (*G.Node, error) {
	name := "q:" + strconv.Itoa(e.Off) + ":" + strconv.Itoa(extent)
	switch e.Kind {
	case expr.Setting:
		name = settingName + e.Name
	case expr.Datum:
		if e.Name == "" {
			b.anon++
			name = "data:#" + strconv.Itoa(b.anon)
		} else {
			name = "data:" + e.Name
		}
		if old, ok := b.values[name]; ok && (len(old.Values) != len(e.Values) || len(e.Values) > 0 && &old.Values[0] != &e.Values[0]) {
			return nil, fmt.Errorf("two different data are called %q", e.Name)
		}
		b.values[name] = e
		name += ":" + strconv.Itoa(extent) // one name, several shapes: separate nodes
	}
	if n, ok := b.interned[name]; ok {
		return n, nil
	}
	var n *G.Node
	b.announce()
	if extent == scalar {
		n = G.NewScalar(b.g, tensor.Float64, G.WithName(name))
	} else {
		n = G.NewVector(b.g, tensor.Float64, G.WithShape(extent), G.WithName(name))
	}
	b.interned[name] = n
	b.leaves[n] = e
	return n, nil
}

func (b *builder) extent(n *G.Node) int {
	s := n.Shape()
	if len(s) == 0 {
		return scalar
	}
	return s[0]
}

// node returns the interned node of an operation.
func (b *builder) node(eop expr.Op, values []float64, out int, in ...*G.Node) *G.Node {
	o := &op{Op: eop, values: values, out: out, b: b}
	for _, c := range in {
		o.in = append(o.in, b.extent(c))
	}
	o.key = o.makeKey()
	key := o.key
	for _, c := range in {
		key += "," + strconv.FormatInt(c.ID(), 10)
	}
	if n, ok := b.interned[key]; ok {
		return n
	}
	for {
		n := b.add(o, in)
		// A node that carries another operation is an older one with the same
		// 32-bit hash: change the salt and try again.
		if n.Op() == G.Op(o) {
			b.interned[key] = n
			return n
		}
		b.collisions++
		o.salt = b.collisions
	}
}

func (b *builder) add(o *op, in []*G.Node) *G.Node {
	b.announce()
	if len(in) == 0 {
		return G.NewUniqueNode(G.In(b.g), G.WithType(typeOf(o.out)), G.WithOp(o), G.WithShape(shapeOf(o.out)...),
			G.WithName("literal"+strconv.Itoa(len(b.interned))))
	}
	n, err := G.ApplyOp(o, in...)
	if err != nil {
		panic("graph: " + err.Error()) // extents were checked by package expr
	}
	return n
}

func (b *builder) literal(values []float64, extent int) *G.Node {
	return b.node(expr.Op{Kind: expr.Literal}, values, extent)
}

func (b *builder) constant(v float64) *G.Node { return b.literal([]float64{v}, scalar) }

// constantOf returns the value of a scalar literal.
func (b *builder) constantOf(n *G.Node) (float64, bool) {
	if o, ok := n.Op().(*op); ok && o.Kind == expr.Literal && o.out == scalar {
		return o.values[0], true
	}
	return 0, false
}

func opOf(n *G.Node) *op {
	o, _ := n.Op().(*op)
	return o
}

// children returns the arguments of a node in order, repeats included.
func (b *builder) children(n *G.Node) []*G.Node {
	o := opOf(n)
	if o == nil || len(o.in) == 0 {
		return nil
	}
	list := make([]*G.Node, 0, len(o.in))
	for it := b.g.From(n.ID()); it.Next(); {
		list = append(list, it.Node().(*G.Node))
	}
	return list
}

// apply returns fn of the arguments, elementwise, with the simplifications
// that change no value: repeated scalars are used once, neutral elements,
// double negation, constants.
func (b *builder) apply(fn ir.Op, args ...*G.Node) *G.Node {
	in := make([]*G.Node, len(args))
	out, wanted := scalar, scalar
	for i, c := range args {
		wanted = max(wanted, b.extent(c))
		if o := opOf(c); o != nil && o.Kind == expr.Fill {
			c = b.children(c)[0]
		}
		in[i] = c
		out = max(out, b.extent(c))
	}
	n := b.simplify(fn, out, in)
	if n == nil {
		n = b.node(expr.Op{Kind: expr.Map, Fn: fn}, nil, out, in...)
	}
	return b.full(n, wanted)
}

func (b *builder) simplify(fn ir.Op, out int, in []*G.Node) *G.Node {
	allConst := true
	var v [3]float64
	var is [3]bool
	for i, c := range in {
		v[i], is[i] = b.constantOf(c)
		allConst = allConst && is[i]
	}
	switch {
	case allConst && fn.IsPure():
		return b.constant(ir.Apply(fn, v[0], v[1], v[2]))
	case fn == ir.Mul && is[0] && v[0] == 1 && b.extent(in[1]) == out:
		return in[1]
	case fn == ir.Mul && is[1] && v[1] == 1 && b.extent(in[0]) == out:
		return in[0]
	case fn == ir.Mul && is[0] && v[0] == -1:
		return b.apply(ir.Neg, in[1])
	case fn == ir.Mul && is[1] && v[1] == -1:
		return b.apply(ir.Neg, in[0])
	case fn == ir.Add && is[0] && v[0] == 0 && b.extent(in[1]) == out:
		return in[1]
	case (fn == ir.Add || fn == ir.Sub) && is[1] && v[1] == 0 && b.extent(in[0]) == out:
		return in[0]
	case fn == ir.Div && is[1] && v[1] == 1 && b.extent(in[0]) == out:
		return in[0]
	case fn == ir.Mul && is[0]:
		return b.mergeFactor(v[0], in[1])
	case fn == ir.Mul && is[1]:
		return b.mergeFactor(v[1], in[0])
	}
	return b.rewrite(fn, in)
}

// mergeFactor returns factor·n where n is itself a constant times something or
// a negation, nil otherwise.
func (b *builder) mergeFactor(factor float64, n *G.Node) *G.Node {
	o := opOf(n)
	if o == nil || o.Kind != expr.Map {
		return nil
	}
	c := b.children(n)
	if o.Fn == ir.Neg {
		return b.apply(ir.Mul, b.constant(-factor), c[0])
	}
	if o.Fn == ir.Mul {
		for k := range c {
			if v, ok := b.constantOf(c[k]); ok {
				return b.apply(ir.Mul, b.constant(factor*v), c[1-k])
			}
		}
	}
	return nil
}

// full returns n as a vector of that extent: a scalar is repeated.
func (b *builder) full(n *G.Node, extent int) *G.Node {
	if extent == scalar || b.extent(n) != scalar {
		return n
	}
	return b.node(expr.Op{Kind: expr.Fill}, nil, extent, n)
}
