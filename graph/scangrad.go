package graph

import (
	G "gorgonia.org/gorgonia"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// The adjoints of carried values obey a recurrence that is linear, whatever the
// iteration computes: a ← J·a + o, where the Jacobian J of an iteration and the
// part o that comes from its results depend on the values of the forward scan
// alone. So J and o are computed for all iterations at once in a loop, and so
// are the adjoints of the shared scalars and of the per-step vectors when the
// a are known. What remains serial takes one multiply-add for each pair of
// carries.

// linearCarries is the largest number of carries for which the Jacobian is
// stored.
const linearCarries = 4

// linearise derives the Jacobian and the part of the results, whose adjoint is
// outs.
func (sg *scanGraph) linearise(outs *G.Node) error {
	n := len(sg.carry)
	if n == 0 || n > linearCarries {
		return nil
	}
	sg.jacobian = make([][]*G.Node, n)
	for m, next := range sg.next {
		row, err := sg.b.gradient(next, sg.carry)
		if err != nil {
			return err
		}
		for k := range sg.carry {
			if m == 0 {
				sg.jacobian[k] = make([]*G.Node, n)
			}
			sg.jacobian[k][m] = row[k]
		}
	}
	var err error
	sg.outCarry, err = sg.b.gradient(outs, sg.carry)
	return err
}

// linearGrad writes one ScanGrad in that form.
type linearGrad struct {
	s          *section
	v          *value
	sg         *scanGraph
	lay        scanLayout
	trace, adj ir.Place
	results    []ir.Place          // o, by carry
	jacobian   map[[2]int]ir.Place // J where it is not constant
	constant   map[[2]int]float64  // J where it is
	adjoints   []ir.Place          // a after each iteration, by carry
}

func (s *section) emitLinearGrad(v *value, sg *scanGraph) {
	lay := layoutOf(v.o)
	args := lay.carry + lay.shared + lay.step
	g := &linearGrad{
		s: s, v: v, sg: sg, lay: lay, trace: v.in[args].at, adj: v.in[args+1].at,
		jacobian: make(map[[2]int]ir.Place), constant: make(map[[2]int]float64),
	}
	for k := range lay.shared {
		s.scalarReg(v.in[lay.carry+k])
	}
	s.flushScalar()
	g.before()
	g.recurrence()
	g.after()
}

// body binds the placeholders to the values of iteration i.
func (g *linearGrad) body() *bodyBuilder {
	s, lay, body := g.s, g.lay, g.s.newBody(g.sg)
	for k, h := range g.sg.carry {
		body.regs[h] = s.loadStep(g.trace, k*lay.n)
	}
	for k, h := range g.sg.shared {
		body.regs[h] = s.scalarReg(g.v.in[lay.carry+k])
	}
	for k, h := range g.sg.step {
		body.regs[h] = s.loadStep(g.v.in[lay.carry+lay.shared+k].at, 0)
	}
	for k, h := range g.sg.outAdj {
		body.regs[h] = s.loadStep(g.adj, (lay.carry+k)*lay.n)
	}
	return body
}

func (g *linearGrad) loop() {
	g.s.regions = append(g.s.regions, &ir.Loop{N: g.lay.n, Body: g.s.body})
	g.s.body = nil
}

// before stores J and o.
func (g *linearGrad) before() {
	s, body := g.s, g.body()
	for k, row := range g.sg.jacobian {
		for m, n := range row {
			if c, ok := g.sg.b.constantOf(n); ok {
				g.constant[[2]int{k, m}] = c
				continue
			}
			at := s.l.temp(g.lay.n)
			s.store(at, 1, body.value(n))
			g.jacobian[[2]int{k, m}] = at
		}
	}
	for k, n := range g.sg.outCarry {
		// The stored start values are results of the scan too.
		own := s.loadStep(g.adj, k*g.lay.n)
		at := s.l.temp(g.lay.n)
		s.store(at, 1, s.put(ir.Instr{Op: ir.Add, Dst: s.reg()}, body.value(n), own))
		g.results = append(g.results, at)
	}
	g.loop()
}

// recurrence runs a ← J·a + o backwards, from the adjoints of the last carried
// values, and stores each a.
func (g *linearGrad) recurrence() {
	s, lay := g.s, g.lay
	carries := make([]ir.Carry, lay.carry)
	for k := range carries {
		carries[k].Init = s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: g.adj.Buf, Off: g.adj.Off + (lay.carry+lay.out)*lay.n + k})
	}
	if weight, ok := g.jacobian[[2]int{0, 0}]; ok && lay.carry == 1 {
		g.single(carries[0].Init, weight)
		return
	}
	s.flushScalar()
	for k := range carries {
		carries[k].In, carries[k].Final = s.reg(), s.reg()
		g.adjoints = append(g.adjoints, s.l.temp(lay.n))
		s.store(g.adjoints[k], 1, carries[k].In)
	}
	for k := range carries {
		sum := s.loadStep(g.results[k], 0)
		for m := range carries {
			sum = g.addProduct(sum, [2]int{k, m}, carries[m].In)
		}
		carries[k].Out = sum
	}
	s.regions = append(s.regions, &ir.Scan{N: lay.n, Reverse: true, Carry: carries, Body: s.body})
	s.body = nil
	for k := range carries {
		s.store(ir.Place{Buf: g.v.at.Buf, Off: g.v.at.Off + k}, 0, carries[k].Final)
	}
	s.flushScalar()
}

// single is recurrence for one carried value.
func (g *linearGrad) single(init ir.Reg, weight ir.Place) {
	s, n := g.s, g.lay.n
	all := s.l.temp(n + 1) // the last is init
	s.store(ir.Place{Buf: all.Buf, Off: n}, 0, init)
	s.flushScalar()
	s.regions = append(s.regions, &ir.Linear{N: n, Reverse: true, Init: init, Own: g.results[0], Weight: weight, Dst: all})
	g.adjoints = append(g.adjoints, ir.Place{Buf: all.Buf, Off: 1})
	s.store(ir.Place{Buf: g.v.at.Buf, Off: g.v.at.Off}, 0, s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: all.Buf}))
	s.flushScalar()
}

func (g *linearGrad) addProduct(sum ir.Reg, at [2]int, a ir.Reg) ir.Reg {
	s := g.s
	c, isConstant := g.constant[at]
	switch {
	case isConstant && c == 0:
		return sum
	case isConstant && c == 1:
		return s.put(ir.Instr{Op: ir.Add, Dst: s.reg()}, sum, a)
	case isConstant:
		factor := s.put(ir.Instr{Op: ir.Const, Dst: s.reg(), Imm: c})
		return s.put(ir.Instr{Op: ir.FMA, Dst: s.reg()}, factor, a, sum)
	}
	return s.put(ir.Instr{Op: ir.FMA, Dst: s.reg()}, s.loadStep(g.jacobian[at], 0), a, sum)
}

// after computes the adjoints of the shared scalars and of the steps.
func (g *linearGrad) after() {
	s, lay, body := g.s, g.lay, g.body()
	for k, h := range g.sg.nextAdj {
		body.regs[h] = s.loadStep(g.adjoints[k], 0)
	}
	at := ir.Place{Buf: g.v.at.Buf, Off: g.v.at.Off + lay.carry}
	for k, n := range g.sg.stepAdj {
		s.store(ir.Place{Buf: at.Buf, Off: at.Off + lay.shared + k*lay.n}, 1, body.value(n))
	}
	sums := make([]ir.Reg, lay.shared)
	for k, n := range g.sg.sharedAdj {
		sums[k] = s.put(ir.Instr{Op: ir.Sum, Dst: s.reg()}, body.value(n))
	}
	g.loop()
	for k, r := range sums {
		s.store(ir.Place{Buf: at.Buf, Off: at.Off + k}, 0, r)
	}
	s.flushScalar()
}
