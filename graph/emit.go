package graph

import (
	"fmt"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// emit writes the regions level by level.
func (s *section) emit() ([]ir.Region, error) {
	for level := range s.levels {
		s.emitScalars(level)
		for _, id := range s.loops {
			if id.level == level {
				s.emitLoop(id)
			}
		}
		for _, v := range s.opaque[level] {
			if err := s.emitOpaque(v); err != nil {
				return nil, err
			}
		}
	}
	return s.regions, nil
}

func (s *section) reg() ir.Reg {
	r := ir.Reg(s.l.p.NumRegs)
	s.l.p.NumRegs++
	return r
}

func (s *section) put(in ir.Instr, args ...ir.Reg) ir.Reg {
	in.Args = [3]ir.Reg{ir.NoReg, ir.NoReg, ir.NoReg}
	copy(in.Args[:], args)
	s.body = append(s.body, in)
	return in.Dst
}

func (s *section) store(to ir.Place, stride int, r ir.Reg) {
	s.put(ir.Instr{Op: ir.Store, Dst: ir.NoReg, Buf: to.Buf, Off: to.Off, Stride: stride}, r)
}

func (s *section) flushScalar() {
	if len(s.body) > 0 {
		s.regions = append(s.regions, &ir.Scalar{Body: s.body})
		s.body = nil
	}
}

// emitScalars computes the scalars of a level in order, and stores those that
// are wanted in buffers.
func (s *section) emitScalars(level int) {
	for _, v := range s.nodes {
		if v.extent == scalar && v.class() == scalarWork && v.level == level {
			r := s.scalarReg(v)
			if v.needed {
				s.store(v.at, 0, r)
			}
		}
		if v.class() == bufferWork && v.o.Kind == expr.Assemble {
			for k, piece := range v.in {
				if piece.extent == scalar && piece.readyScalar() == level {
					s.store(ir.Place{Buf: v.at.Buf, Off: v.at.Off + v.o.Offs[k]}, 0, s.scalarReg(piece))
				}
			}
		}
	}
	for _, r := range s.results {
		if r.v.extent == scalar && r.v.readyScalar() == level {
			s.store(r.to, 0, s.scalarReg(r.v))
		}
	}
	s.flushScalar()
}

// scalarReg returns the register of a scalar, computing it if it is not known
// yet.
func (s *section) scalarReg(v *value) ir.Reg {
	if v.known {
		return v.reg
	}
	if v.stored || v.class() == bufferWork || v.class() == opaqueWork {
		v.reg = s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: v.at.Buf, Off: v.at.Off})
		v.known = true
		return v.reg
	}
	switch v.o.Kind {
	case expr.Literal:
		v.reg = s.put(ir.Instr{Op: ir.Const, Dst: s.reg(), Imm: v.o.values[0]})
	case expr.Slice:
		from := v.in[0].at
		v.reg = s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: from.Buf, Off: from.Off + v.o.Off})
	case expr.Map:
		args := make([]ir.Reg, len(v.in))
		for i, a := range v.in {
			args[i] = s.scalarReg(a)
		}
		v.reg = s.put(ir.Instr{Op: v.o.Fn, Dst: s.reg()}, args...)
	default:
		panic(fmt.Sprintf("graph: scalar %v was not computed in time", v.o))
	}
	v.known = true
	return v.reg
}

// loopEmitter writes the body of one loop.
type loopEmitter struct {
	s    *section
	id   loopID
	regs map[*value]ir.Reg
}

func (s *section) emitLoop(id loopID) {
	// Scalars that the loop uses must be computed before it begins.
	e := &loopEmitter{s: s, id: id, regs: make(map[*value]ir.Reg)}
	for _, a := range s.anchors[id] {
		e.scalars(a.operand(), make(map[*value]bool))
	}
	s.flushScalar()
	for _, a := range s.anchors[id] {
		e.anchor(a)
	}
	s.regions = append(s.regions, &ir.Loop{N: id.n, Body: s.body})
	s.body = nil
}

func (e *loopEmitter) loaded(v *value) bool {
	if v.stored {
		return true
	}
	switch v.class() {
	case bufferWork, opaqueWork:
		return true
	}
	return v.needed && v.avail <= e.id.level
}

func (e *loopEmitter) scalars(v *value, seen map[*value]bool) {
	if seen[v] {
		return
	}
	seen[v] = true
	if v.extent == scalar {
		e.s.scalarReg(v)
		return
	}
	if e.loaded(v) {
		return
	}
	buffered := v.buffered()
	for _, a := range v.in {
		if len(buffered) == 0 || !isBuffered(v, a) {
			e.scalars(a, seen)
		}
	}
}

func (e *loopEmitter) anchor(a anchor) {
	s := e.s
	r := e.lane(a.operand())
	switch a.op {
	case ir.Store:
		s.store(a.to, 1, r)
	case ir.Sum, ir.SumLog:
		a.v.reg, a.v.known = s.put(ir.Instr{Op: a.op, Dst: s.reg()}, r), true
	case ir.Scatter:
		s.put(ir.Instr{Op: ir.Scatter, Dst: ir.NoReg, Buf: a.v.at.Buf, Off: a.v.at.Off, Idx: s.l.index(a.v.o.Index), Len: a.v.extent}, r)
	case ir.RowAxpy:
		m := a.v.in[0].at
		s.put(ir.Instr{Op: ir.RowAxpy, Dst: ir.NoReg, Buf: a.v.at.Buf, Off: a.v.at.Off, Vec: m.Buf, VecOff: m.Off, Len: a.v.o.Cols}, r)
	}
}

// lane returns the register of v's element i.
func (e *loopEmitter) lane(v *value) ir.Reg {
	if v.extent == scalar {
		return e.s.scalarReg(v)
	}
	if r, ok := e.regs[v]; ok {
		return r
	}
	r := e.compute(v)
	e.regs[v] = r
	return r
}

func (e *loopEmitter) compute(v *value) ir.Reg {
	s := e.s
	if e.loaded(v) {
		return s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: v.at.Buf, Off: v.at.Off, Stride: 1})
	}
	switch v.o.Kind {
	case expr.Map:
		args := make([]ir.Reg, len(v.in))
		for i, a := range v.in {
			args[i] = e.lane(a)
		}
		return s.put(ir.Instr{Op: v.o.Fn, Dst: s.reg()}, args...)
	case expr.Fill:
		return e.lane(v.in[0])
	case expr.Slice:
		from := v.in[0].at
		return s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: from.Buf, Off: from.Off + v.o.Off, Stride: 1})
	case expr.Gather:
		from := v.in[0].at
		return s.put(ir.Instr{Op: ir.Gather, Dst: s.reg(), Buf: from.Buf, Off: from.Off, Idx: s.l.index(v.o.Index)})
	case expr.MatVec:
		m, x := v.in[0].at, v.in[1].at
		return s.put(ir.Instr{Op: ir.RowDot, Dst: s.reg(), Buf: m.Buf, Off: m.Off, Vec: x.Buf, VecOff: x.Off, Len: v.o.Cols})
	case expr.Outer:
		return e.outer(v)
	}
	panic(fmt.Sprintf("graph: %v has no loop form", v.o))
}

// outer multiplies element i mod rows of the first vector by element i / rows
// of the second.
func (e *loopEmitter) outer(v *value) ir.Reg {
	rows, cols := v.o.Rows, v.o.Cols
	row := &expr.Index{Fixed: true, Max: rows, Values: make([]int32, rows*cols)}
	col := &expr.Index{Fixed: true, Max: cols, Values: make([]int32, rows*cols)}
	for i := range rows * cols {
		row.Values[i], col.Values[i] = int32(i%rows), int32(i/rows)
	}
	pick := func(from ir.Place, idx *expr.Index) ir.Reg {
		return e.s.put(ir.Instr{Op: ir.Gather, Dst: e.s.reg(), Buf: from.Buf, Off: from.Off, Idx: e.s.l.index(idx)})
	}
	x, y := pick(v.in[0].at, row), pick(v.in[1].at, col)
	return e.s.put(ir.Instr{Op: ir.Mul, Dst: e.s.reg()}, x, y)
}

// emitOpaque writes the region of a matrix operation or a scan.
func (s *section) emitOpaque(v *value) error {
	switch o := v.o; o.Kind {
	case expr.Chol:
		s.regions = append(s.regions, &ir.Cholesky{N: o.Rows, Src: v.in[0].at, Dst: v.at})
	case expr.CholGrad:
		s.regions = append(s.regions, &ir.CholeskyGrad{N: o.Rows, L: v.in[0].at, Adj: v.in[1].at, Dst: v.at})
	case expr.TriSolve:
		s.regions = append(s.regions, &ir.TriSolve{N: o.Rows, M: o.Cols, Trans: o.Trans, L: v.in[0].at, B: v.in[1].at, Dst: v.at})
	case expr.CumSum:
		s.emitCumSum(v)
	case expr.Linear, expr.LinearGrad:
		s.emitLinear(v)
	case expr.QR:
		s.emitLeastSquares(v)
	default:
		return s.emitScan(v)
	}
	return nil
}

func (s *section) emitCumSum(v *value) {
	zero := s.put(ir.Instr{Op: ir.Const, Dst: s.reg()})
	s.flushScalar()
	from := v.in[0].at
	sum := s.reg()
	x := s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: from.Buf, Off: from.Off, Stride: 1})
	next := s.put(ir.Instr{Op: ir.Add, Dst: s.reg()}, sum, x)
	s.store(v.at, 1, next)
	s.regions = append(s.regions, &ir.Scan{
		N: v.extent, Reverse: v.o.Reverse, Body: s.body,
		Carry: []ir.Carry{{Init: zero, In: sum, Out: next, Final: s.reg()}},
	})
	s.body = nil
}

// emitLinear writes a Linear or a LinearGrad, which runs backwards.
func (s *section) emitLinear(v *value) {
	l := &ir.Linear{N: v.in[1].extent, Own: v.in[0].at, Weight: v.in[1].at, Dst: v.at}
	if v.o.Kind == expr.Linear {
		l.Init = s.put(ir.Instr{Op: ir.Const, Dst: s.reg()})
		s.store(v.at, 0, l.Init)
		l.Dst.Off++
	} else {
		l.N, l.Reverse = l.N-1, true
		l.Init = s.put(ir.Instr{Op: ir.Load, Dst: s.reg(), Buf: l.Own.Buf, Off: l.Own.Off + l.N + 1})
		s.store(ir.Place{Buf: v.at.Buf, Off: v.at.Off + l.N}, 0, l.Init)
		l.Own.Off++
		l.Weight.Off++
	}
	s.flushScalar()
	s.regions = append(s.regions, l)
}
