package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// A ScanLoop's arguments are the initial carried values, the shared scalars
// and the per-step vectors, in this order. Its flat result holds, for each
// carried value, the n values at the start of the iterations, then for each
// kept value its n values, then the last carried values.
//
// A ScanGrad runs the iterations backwards. Its arguments are those of the
// ScanLoop, then the ScanLoop's result and its adjoint; its result holds the
// adjoints of the initial values, of the shared scalars, and of the per-step
// vectors.

type scanLayout struct{ carry, shared, step, out, n int }

func layoutOf(o *op) scanLayout {
	b := o.Scan
	return scanLayout{len(b.Carry), len(b.Shared), len(b.Step), len(b.Out), o.Rows}
}

func (s scanLayout) gradSize() int { return s.carry + s.shared + s.step*s.n }

// diffScan returns the adjoints of a scan's arguments.
func (o *op) diffScan(in G.Nodes, out, g *G.Node) (G.Nodes, error) {
	b, s := o.b, layoutOf(o)
	args := append(append([]*G.Node{}, in...), out, g)
	grad := b.node(expr.Op{Kind: expr.ScanGrad, Rows: o.Rows, Scan: o.Scan}, nil, s.gradSize(), args...)
	parts := make(G.Nodes, len(in))
	off := 0
	for k := range in {
		parts[k] = b.node(expr.Op{Kind: expr.Slice, Off: off}, nil, o.in[k], grad)
		off += elements(o.in[k])
	}
	return parts, nil
}

// bodyBuilder translates the sub-graph of a scan into the section's current
// body; its values are registers of one iteration.
type bodyBuilder struct {
	s    *section
	b    *builder
	regs map[*G.Node]ir.Reg
}

// scanGraph is a scan's body as a graph of its own, with the adjoints of its
// placeholders given the adjoints of its results.
type scanGraph struct {
	b                   *builder
	carry, shared, step []*G.Node
	next, out           []*G.Node
	nextAdj, outAdj     []*G.Node // placeholders
	carryAdj            []*G.Node
	sharedAdj, stepAdj  []*G.Node
	// The adjoint of carry k before an iteration is Σ_m jacobian[k][m]·nextAdj[m]
	// + outCarry[k]; nil if there are too many carries.
	jacobian [][]*G.Node
	outCarry []*G.Node
}

func newScanGraph(body *expr.ScanBody, withGradient bool) (*scanGraph, error) {
	b := newBuilder()
	serial := 0
	hole := func() *G.Node {
		serial++
		n, err := b.leaf(&expr.Node{Op: expr.Op{Kind: expr.Param, Off: serial}}, scalar)
		if err != nil {
			panic("graph: " + err.Error())
		}
		return n
	}
	sg := &scanGraph{b: b}
	holes := func(list []expr.Expr) (nodes []*G.Node) {
		for _, e := range list {
			n := hole()
			b.made[e] = n
			nodes = append(nodes, n)
		}
		return nodes
	}
	sg.carry, sg.shared, sg.step = holes(body.Carry), holes(body.Shared), holes(body.Step)
	results := func(list []expr.Expr) (nodes []*G.Node, err error) {
		for _, e := range list {
			n, err := b.build(e)
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, n)
		}
		return nodes, nil
	}
	var err error
	if sg.next, err = results(body.Next); err != nil {
		return nil, err
	}
	if sg.out, err = results(body.Out); err != nil {
		return nil, err
	}
	if !withGradient {
		return sg, nil
	}
	// The adjoint of the iteration: Σ next·next' + Σ out·out', differentiated.
	outs := b.constant(0)
	for _, n := range sg.out {
		a := hole()
		sg.outAdj = append(sg.outAdj, a)
		outs = b.apply(ir.Add, outs, b.apply(ir.Mul, a, n))
	}
	total := outs
	for _, n := range sg.next {
		a := hole()
		sg.nextAdj = append(sg.nextAdj, a)
		total = b.apply(ir.Add, total, b.apply(ir.Mul, a, n))
	}
	if err := sg.linearise(outs); err != nil {
		return nil, err
	}
	wrt := append(append(append([]*G.Node{}, sg.carry...), sg.shared...), sg.step...)
	adj, err := b.gradient(total, wrt)
	if err != nil {
		return nil, err
	}
	c, h := len(sg.carry), len(sg.shared)
	sg.carryAdj, sg.sharedAdj, sg.stepAdj = adj[:c], adj[c:c+h], adj[c+h:]
	return sg, nil
}

func (s *section) newBody(sg *scanGraph) *bodyBuilder {
	return &bodyBuilder{s: s, b: sg.b, regs: make(map[*G.Node]ir.Reg)}
}

// value emits the instructions of a scalar node.
func (e *bodyBuilder) value(n *G.Node) ir.Reg {
	for _, m := range e.b.topological(n) {
		if _, ok := e.regs[m]; ok {
			continue
		}
		o := opOf(m)
		switch {
		case o == nil:
			panic("graph: a scan's body reads a value that is not an argument of the scan")
		case o.Kind == expr.Literal:
			e.regs[m] = e.s.put(ir.Instr{Op: ir.Const, Dst: e.s.reg(), Imm: o.values[0]})
		case o.Kind == expr.Stop:
			e.regs[m] = e.regs[e.b.children(m)[0]]
		case o.Kind == expr.Map:
			children := e.b.children(m)
			args := make([]ir.Reg, len(children))
			for i, c := range children {
				args[i] = e.regs[c]
			}
			e.regs[m] = e.s.put(ir.Instr{Op: o.Fn, Dst: e.s.reg()}, args...)
		default:
			panic(fmt.Sprintf("graph: a scan's body holds %v", o))
		}
	}
	return e.regs[n]
}

func (s *section) loadStep(at ir.Place, off int) ir.Reg {
	return s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: at.Buf, Off: at.Off + off, Stride: 1})
}

// emitScan writes a ScanLoop or a ScanGrad.
func (s *section) emitScan(v *value) error {
	sg, err := newScanGraph(v.o.Scan, v.o.Kind == expr.ScanGrad)
	if err != nil {
		return err
	}
	switch {
	case v.o.Kind != expr.ScanGrad:
		s.emitScanLoop(v, sg)
	case sg.jacobian != nil:
		s.emitLinearGrad(v, sg)
	default:
		s.emitScanGrad(v, sg)
	}
	return nil
}

func (s *section) emitScanLoop(v *value, sg *scanGraph) {
	lay := layoutOf(v.o)
	init := make([]ir.Reg, lay.carry)
	for k := range init {
		init[k] = s.scalarReg(v.in[k])
	}
	body := s.newBody(sg)
	for k, h := range sg.shared {
		body.regs[h] = s.scalarReg(v.in[lay.carry+k])
	}
	s.flushScalar()
	carries := make([]ir.Carry, lay.carry)
	for k, h := range sg.carry {
		carries[k] = ir.Carry{Init: init[k], In: s.reg()}
		body.regs[h] = carries[k].In
		s.store(ir.Place{Buf: v.at.Buf, Off: v.at.Off + k*lay.n}, 1, carries[k].In)
	}
	for k, h := range sg.step {
		body.regs[h] = s.loadStep(v.in[lay.carry+lay.shared+k].at, 0)
	}
	for k, n := range sg.out {
		s.store(ir.Place{Buf: v.at.Buf, Off: v.at.Off + (lay.carry+k)*lay.n}, 1, body.value(n))
	}
	for k, n := range sg.next {
		carries[k].Out, carries[k].Final = body.value(n), s.reg()
	}
	s.regions = append(s.regions, &ir.Scan{N: lay.n, Carry: carries, Body: s.body})
	s.body = nil
	for k := range carries {
		s.store(ir.Place{Buf: v.at.Buf, Off: v.at.Off + (lay.carry+lay.out)*lay.n + k}, 0, carries[k].Final)
	}
	s.flushScalar()
}

func (s *section) emitScanGrad(v *value, sg *scanGraph) {
	lay := layoutOf(v.o)
	args := lay.carry + lay.shared + lay.step
	trace, adj := v.in[args].at, v.in[args+1].at
	body := s.newBody(sg)
	// The adjoint of the carried values starts from that of their last values,
	// those of the shared scalars from zero.
	var carries []ir.Carry
	for k := range lay.carry {
		last := s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: adj.Buf, Off: adj.Off + (lay.carry+lay.out)*lay.n + k})
		carries = append(carries, ir.Carry{Init: last})
	}
	zero := s.put(ir.Instr{Op: ir.Const, Dst: s.reg()})
	for range lay.shared {
		carries = append(carries, ir.Carry{Init: zero})
	}
	for k, h := range sg.shared {
		body.regs[h] = s.scalarReg(v.in[lay.carry+k])
	}
	s.flushScalar()
	for k := range carries {
		carries[k].In, carries[k].Final = s.reg(), s.reg()
	}
	for k, h := range sg.carry {
		body.regs[h] = s.loadStep(trace, k*lay.n)
		body.regs[sg.nextAdj[k]] = carries[k].In
	}
	for k, h := range sg.step {
		body.regs[h] = s.loadStep(v.in[lay.carry+lay.shared+k].at, 0)
	}
	for k, h := range sg.outAdj {
		body.regs[h] = s.loadStep(adj, (lay.carry+k)*lay.n)
	}
	for k, n := range sg.stepAdj {
		s.store(ir.Place{Buf: v.at.Buf, Off: v.at.Off + lay.carry + lay.shared + k*lay.n}, 1, body.value(n))
	}
	for k, n := range sg.sharedAdj {
		c := &carries[lay.carry+k]
		c.Out = s.put(ir.Instr{Op: ir.Add, Dst: s.reg()}, c.In, body.value(n))
	}
	for k, n := range sg.carryAdj {
		// The stored start values are results of the scan too.
		extra := s.loadStep(adj, k*lay.n)
		carries[k].Out = s.put(ir.Instr{Op: ir.Add, Dst: s.reg()}, body.value(n), extra)
	}
	s.regions = append(s.regions, &ir.Scan{N: lay.n, Reverse: true, Carry: carries, Body: s.body})
	s.body = nil
	for k := range carries {
		s.store(ir.Place{Buf: v.at.Buf, Off: v.at.Off + k}, 0, carries[k].Final)
	}
	s.flushScalar()
}
