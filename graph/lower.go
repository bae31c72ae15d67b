package graph

import (
	"fmt"
	"strconv"

	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// value is a graph node as the lowering sees it.
type value struct {
	o      *op
	leaf   *expr.Node // data and parameters
	in     []*value
	extent int
	static bool // depends on data alone

	// Assigned by the section that computes it.
	level  int      // see schedule
	needed bool     // some consumer wants it as a buffer
	stored bool     // at holds its elements
	at     ir.Place // its elements
	avail  int      // first level at which at may be read
	reg    ir.Reg   // scalars
	known  bool     // reg is set in this section
	loops  []loopID // loops that compute it
}

// result asks for a node's elements in a buffer.
type result struct {
	v  *value
	to ir.Place
}

// lowering turns a graph into a program: what depends on data alone goes to
// Setup, the rest to Body, each by one section.
type lowering struct {
	b       *builder
	p       *ir.Program
	values  map[*G.Node]*value
	order   []*value
	buffers map[string]ir.BufID
	lits    map[string]ir.Place
	indices map[*expr.Index]ir.IntID
	fixed   map[string]ir.IntID
	inputs  *ir.Inputs
	hoists  int
	temps   int
}

// lower returns the program that writes each root to the named output buffer
// at the given offset.
func (b *builder) lower(dim int, roots []*G.Node, to []output) (*ir.Program, *ir.Inputs, error) {
	l := &lowering{
		b: b, p: &ir.Program{Dim: dim}, values: make(map[*G.Node]*value),
		buffers: make(map[string]ir.BufID), lits: make(map[string]ir.Place),
		indices: make(map[*expr.Index]ir.IntID), fixed: make(map[string]ir.IntID), inputs: ir.NewInputs(),
	}
	l.buffers["q"] = l.buffer("q", ir.In, dim)
	l.read(roots)
	results := make([]result, len(roots))
	for i, r := range roots {
		id, ok := l.buffers["out:"+to[i].name]
		if !ok {
			id = l.buffer(to[i].name, ir.Out, to[i].length)
			l.buffers["out:"+to[i].name] = id
		}
		results[i] = result{l.values[r], ir.Place{Buf: id, Off: to[i].off}}
	}
	if err := l.setup(results); err != nil {
		return nil, nil, err
	}
	body, err := newSection(l, results)
	if err != nil {
		return nil, nil, err
	}
	l.p.Body = body
	b.effects = ir.RunPasses(l.p, b.without)
	if err := l.p.Validate(); err != nil {
		return nil, nil, fmt.Errorf("graph: %w", err)
	}
	return l.p, l.inputs, nil
}

// output is a place in a named output buffer.
type output struct {
	name   string
	length int
	off    int
}

func (l *lowering) buffer(name string, kind ir.BufKind, n int) ir.BufID {
	l.p.Bufs = append(l.p.Bufs, ir.Buf{Name: name, Kind: kind, Len: n})
	return ir.BufID(len(l.p.Bufs) - 1)
}

func (l *lowering) temp(n int) ir.Place {
	l.temps++
	return ir.Place{Buf: l.buffer("t"+strconv.Itoa(l.temps), ir.Temp, n)}
}

// read makes the values of all nodes below the roots; a Stop is its argument, and
// so is a Tangent.
func (l *lowering) read(roots []*G.Node) {
	for _, n := range l.b.topological(roots...) {
		v := &value{o: opOf(n), leaf: l.b.leaves[n], extent: l.b.extent(n), reg: ir.NoReg}
		children := l.b.children(n)
		v.static = v.leaf == nil || v.leaf.Kind == expr.Datum
		for _, c := range children {
			in := l.values[c]
			v.in = append(v.in, in)
			v.static = v.static && in.static
		}
		if v.o != nil && (v.o.Kind == expr.Stop || v.o.Kind == expr.Tangent) {
			l.values[n] = v.in[0]
			continue
		}
		l.values[n] = v
		l.order = append(l.order, v)
		l.bindLeaf(n, v)
	}
	l.shareLogs()
}

// bindLeaf gives parameters, data and literal vectors their buffers.
func (l *lowering) bindLeaf(n *G.Node, v *value) {
	switch {
	case v.leaf != nil && v.leaf.Kind == expr.Param:
		v.stored, v.at = true, ir.Place{Buf: l.buffers["q"], Off: v.leaf.Off}
	case v.leaf != nil && v.leaf.Kind == expr.Setting:
		id, ok := l.buffers[n.Name()]
		if !ok {
			id = l.buffer(v.leaf.Name, ir.Setting, v.extent)
			l.buffers[n.Name()] = id
		}
		v.stored, v.at = true, ir.Place{Buf: id}
	case v.leaf != nil:
		name := n.Name()
		id, ok := l.buffers[dataName(name)]
		if !ok {
			id = l.buffer(dataName(name), ir.Data, elements(v.extent))
			l.buffers[dataName(name)] = id
			l.inputs.Floats[dataName(name)] = v.leaf.Values
		}
		v.stored, v.at = true, ir.Place{Buf: id}
	case v.o.Kind == expr.Literal && v.extent != scalar:
		at, ok := l.lits[v.o.key]
		if !ok {
			at = ir.Place{Buf: l.buffer("lit"+strconv.Itoa(len(l.lits)+1), ir.Lit, v.extent)}
			l.p.Bufs[at.Buf].Values = v.o.values
			l.lits[v.o.key] = at
		}
		v.stored, v.at = true, at
	}
}

// dataName is the name of the data behind a leaf's node name "data:NAME:EXTENT".
func dataName(node string) string {
	name := node[len("data:"):]
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == ':' {
			return name[:i]
		}
	}
	return name
}

// setup computes every node that depends on data alone and is used by one that
// does not, once, into a hoisted buffer.
func (l *lowering) setup(results []result) error {
	var roots []*value
	seen := make(map[*value]bool)
	hoist := func(v *value) {
		if v.static && !v.stored && !seen[v] && v.o.Kind != expr.Literal && v.o.Kind != expr.Fill {
			seen[v] = true
			roots = append(roots, v)
		}
	}
	reach := make(map[*value]bool)
	var visit func(v *value)
	visit = func(v *value) {
		if reach[v] {
			return
		}
		reach[v] = true
		if v.o == nil || v.o.Kind != expr.Slice { // a part of hoisted data is read from there
			hoist(v)
		}
		if seen[v] {
			return
		}
		for _, c := range v.in {
			visit(c)
		}
	}
	for _, r := range results {
		visit(r.v)
	}
	if len(roots) == 0 {
		return nil
	}
	wanted := make([]result, len(roots))
	for i, v := range roots {
		l.hoists++
		at := ir.Place{Buf: l.buffer("h"+strconv.Itoa(l.hoists), ir.Hoist, elements(v.extent))}
		wanted[i] = result{v, at}
	}
	regions, err := newSection(l, wanted)
	if err != nil {
		return err
	}
	l.p.Setup = regions
	for _, v := range l.order {
		v.level, v.needed, v.known, v.loops = 0, false, false, nil
		if v.o != nil && v.leaf == nil && v.o.Kind != expr.Literal {
			v.stored = false
		}
	}
	for _, r := range wanted {
		r.v.stored, r.v.at, r.v.avail = true, r.to, 0
	}
	return nil
}

// index returns the int buffer of an index.
func (l *lowering) index(x *expr.Index) ir.IntID {
	if id, ok := l.indices[x]; ok {
		return id
	}
	if x.Fixed {
		key := fmt.Sprint(x.Max, x.Values)
		if id, ok := l.fixed[key]; ok {
			return id
		}
		l.fixed[key] = l.addIndex(ir.IntBuf{Name: "fixed", Len: len(x.Values), Max: x.Max, Values: x.Values})
		l.indices[x] = l.fixed[key]
		return l.fixed[key]
	}
	name := x.Name
	for _, b := range l.p.Ints {
		if b.Name == name {
			name = ""
		}
	}
	if name == "" {
		name = "#" + strconv.Itoa(len(l.p.Ints)+1)
	}
	id := l.addIndex(ir.IntBuf{Name: name, Len: len(x.Values), Max: x.Max})
	l.indices[x] = id
	l.inputs.Ints[name] = x.Values
	return id
}

func (l *lowering) addIndex(b ir.IntBuf) ir.IntID {
	l.p.Ints = append(l.p.Ints, b)
	return ir.IntID(len(l.p.Ints) - 1)
}
