package kerneltest

import (
	"fmt"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// writer assembles a program by hand.
type writer struct {
	p    *ir.Program
	body []ir.Instr
}

// The buffers that every program here begins with.
const (
	bufQ ir.BufID = iota
	bufLogDensity
	bufGrad
)

func newWriter(dim int) *writer {
	return &writer{p: &ir.Program{Dim: dim, Bufs: []ir.Buf{
		{Name: "q", Kind: ir.In, Len: dim},
		{Name: "logdensity", Kind: ir.Out, Len: 1},
		{Name: "grad", Kind: ir.Out, Len: dim},
	}}}
}

func (w *writer) buffer(name string, kind ir.BufKind, n int) ir.BufID {
	w.p.Bufs = append(w.p.Bufs, ir.Buf{Name: name, Kind: kind, Len: n})
	return ir.BufID(len(w.p.Bufs) - 1)
}

func (w *writer) reg() ir.Reg {
	w.p.NumRegs++
	return ir.Reg(w.p.NumRegs - 1)
}

func (w *writer) put(in ir.Instr, args ...ir.Reg) ir.Reg {
	in.Args = [3]ir.Reg{ir.NoReg, ir.NoReg, ir.NoReg}
	copy(in.Args[:], args)
	w.body = append(w.body, in)
	return in.Dst
}

func (w *writer) op(op ir.Op, args ...ir.Reg) ir.Reg {
	return w.put(ir.Instr{Op: op, Dst: w.reg()}, args...)
}

func (w *writer) load(b ir.BufID, off, stride int) ir.Reg {
	return w.put(ir.Instr{Op: ir.Load, Dst: w.reg(), Buf: b, Off: off, Stride: stride})
}

func (w *writer) store(b ir.BufID, off, stride int, r ir.Reg) {
	w.put(ir.Instr{Op: ir.Store, Dst: ir.NoReg, Buf: b, Off: off, Stride: stride}, r)
}

func (w *writer) take() []ir.Instr {
	body := w.body
	w.body = nil
	return body
}

func (w *writer) scalar() { w.p.Body = append(w.p.Body, &ir.Scalar{Body: w.take()}) }

// finish stores the register as the log density.
func (w *writer) finish(r ir.Reg) *ir.Program {
	w.store(bufLogDensity, 0, 0, r)
	w.scalar()
	return w.p
}

// scalarProgram applies every operation once; result k is that of the k-th
// entry of ir.PureOps.
func scalarProgram() *ir.Program {
	ops := ir.PureOps()
	w := newWriter(len(ops))
	for j, op := range ops {
		var args []ir.Reg
		for k := range op.Arity() {
			args = append(args, w.load(bufQ, (j+k)%len(ops), 0))
		}
		w.store(bufGrad, j, 0, w.op(op, args...))
	}
	return w.finish(w.load(bufQ, 0, 0))
}

// loopProgram applies every operation to n tuples, each in a loop of its own,
// and sums all results. Results k·n … are those of the k-th entry of
// ir.PureOps.
func loopProgram(n int) *ir.Program {
	ops := ir.PureOps()
	w := newWriter(n * len(ops))
	var sums []ir.Reg
	for j, op := range ops {
		var args []ir.Reg
		for k := range op.Arity() {
			args = append(args, w.load(bufQ, (j+k)%len(ops)*n, 1))
		}
		r := w.op(op, args...)
		w.store(bufGrad, j*n, 1, r)
		sums = append(sums, w.op(ir.Sum, r))
		w.p.Body = append(w.p.Body, &ir.Loop{N: n, Body: w.take()})
	}
	total := sums[0]
	for _, s := range sums[1:] {
		total = w.op(ir.Add, total, s)
	}
	return w.finish(total)
}

// rowCase multiplies an n × k matrix of data by q, squares, and multiplies by
// the transpose.
func rowCase(n, k int) Case {
	w := newWriter(k)
	x := w.buffer("X", ir.Data, n*k)
	temp := w.buffer("t", ir.Temp, n)
	dot := w.put(ir.Instr{Op: ir.RowDot, Dst: w.reg(), Buf: x, Vec: bufQ, Len: k})
	square := w.op(ir.Mul, dot, dot)
	w.store(temp, 0, 1, square)
	sum := w.op(ir.Sum, w.op(ir.Exp, w.op(ir.Neg, square)))
	w.put(ir.Instr{Op: ir.RowAxpy, Dst: ir.NoReg, Buf: bufGrad, Vec: x, Len: k}, dot)
	w.p.Body = append(w.p.Body, &ir.Loop{N: n, Body: w.take()})
	in := ir.NewInputs()
	in.Floats["X"] = ramp(n * k)
	return Case{fmt.Sprintf("rows %d x %d", n, k), w.finish(sum), in}
}

// ramp returns n values of both signs without a pattern in their bits.
func ramp(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64((i*7919)%1009)/311 - 1.7
	}
	return x
}

// indexCase gathers, scatters and strides over n elements; its scatter adds in
// lanes where n is 12 or more.
func indexCase(n int) Case {
	w := newWriter(6)
	w.p.Ints = []ir.IntBuf{{Name: "k", Len: n, Max: 3}}
	in := ir.NewInputs()
	idx := make([]int32, n)
	for i := range idx { // runs of one index, then none
		idx[i] = int32(i/20) % 3
		if i%100 >= 70 {
			idx[i] = int32(i*i) % 3
		}
	}
	in.Ints["k"] = idx
	wide := w.buffer("wide", ir.Data, 2*n+1)
	in.Floats["wide"] = ramp(2*n + 1)
	back := w.load(wide, 2*n, -2)
	picked := w.put(ir.Instr{Op: ir.Gather, Dst: w.reg(), Buf: bufQ, Off: 3})
	product := w.op(ir.Mul, picked, back)
	w.put(ir.Instr{Op: ir.Scatter, Dst: ir.NoReg, Buf: bufGrad, Off: 2, Len: 3}, product)
	after := w.op(ir.Sin, product) // a value that crosses the scatter
	sum := w.op(ir.Sum, after)
	logs := w.op(ir.SumLog, w.op(ir.Exp, product))
	w.p.Body = append(w.p.Body, &ir.Loop{N: n, Body: w.take()})
	return Case{fmt.Sprintf("index of %d", n), w.finish(w.op(ir.Add, sum, logs)), in}
}

// quotientProgram is a long light loop with quotients, roots, a SumLog and
// several sums: of positive elements of q a finite result.
func quotientProgram(n int) *ir.Program {
	w := newWriter(n + 1)
	scale := w.load(bufQ, n, 0)
	w.scalar()
	x := w.load(bufQ, 0, 1)
	h := w.op(ir.Sqrt, w.op(ir.Add, w.op(ir.Mul, x, x), scale))
	logs := w.op(ir.SumLog, h)
	sums := []ir.Reg{logs, w.op(ir.SumLog, x)}
	r := w.op(ir.Div, x, h)
	for range 6 {
		r = w.op(ir.Sub, w.op(ir.Mul, r, scale), w.op(ir.Add, r, x))
		sums = append(sums, w.op(ir.Sum, r))
	}
	w.store(bufGrad, 0, 1, w.op(ir.Div, r, h))
	w.p.Body = append(w.p.Body, &ir.Loop{N: n, Body: w.take()})
	total := sums[0]
	for _, s := range sums[1:] {
		total = w.op(ir.Add, total, s)
	}
	return w.finish(total)
}

// scanProgram carries two values that swap, and stores one.
func scanProgram(n int, reverse bool) *ir.Program {
	w := newWriter(n + 2)
	a, b := w.load(bufQ, n, 0), w.load(bufQ, n+1, 0)
	w.scalar()
	ca, cb := ir.Carry{Init: a, In: w.reg()}, ir.Carry{Init: b, In: w.reg()}
	x := w.load(bufQ, 0, 1)
	cb.Out = ca.In // handed on unchanged
	ca.Out = w.op(ir.Tanh, w.op(ir.FMA, cb.In, x, ca.In))
	w.store(bufGrad, 0, 1, ca.Out)
	ca.Final, cb.Final = w.reg(), w.reg()
	w.p.Body = append(w.p.Body, &ir.Scan{N: n, Reverse: reverse, Carry: []ir.Carry{ca, cb}, Body: w.take()})
	w.store(bufGrad, n, 0, cb.Final)
	return w.finish(ca.Final)
}

// linearProgram runs a recurrence over q from its last element.
func linearProgram(n int, reverse bool) *ir.Program {
	w := newWriter(2*n + 1)
	init := w.load(bufQ, 2*n, 0)
	w.store(bufGrad, n, 0, init)
	w.scalar()
	w.p.Body = append(w.p.Body, &ir.Linear{
		N: n, Reverse: reverse, Init: init, Own: ir.Place{Buf: bufQ}, Weight: ir.Place{Buf: bufQ, Off: n}, Dst: ir.Place{Buf: bufGrad},
	})
	return w.finish(w.load(bufGrad, n/2, 0))
}

// choleskyProgram factorises q·qᵀ + n·I element-wise filled from q and reverses
// it with q as the adjoint.
func choleskyProgram(n int) *ir.Program {
	w := newWriter(n * n)
	a := w.buffer("a", ir.Temp, n*n)
	l := w.buffer("l", ir.Temp, n*n)
	x := w.load(bufQ, 0, 1)
	w.store(a, 0, 1, w.op(ir.Mul, x, x))
	w.p.Body = append(w.p.Body, &ir.Loop{N: n * n, Body: w.take()})
	for i := range n { // a dominant diagonal at ordinary points
		d := w.load(a, i*(n+1), 0)
		c := w.put(ir.Instr{Op: ir.Const, Dst: w.reg(), Imm: float64(4 * n)})
		w.store(a, i*(n+1), 0, w.op(ir.Add, d, c))
	}
	w.scalar()
	w.p.Body = append(w.p.Body,
		&ir.Cholesky{N: n, Src: ir.Place{Buf: a}, Dst: ir.Place{Buf: l}},
		&ir.CholeskyGrad{N: n, L: ir.Place{Buf: l}, Adj: ir.Place{Buf: bufQ}, Dst: ir.Place{Buf: bufGrad}})
	return w.finish(w.load(l, n*n-1, 0))
}

// triSolveProgram solves with the matrix and the right-hand sides in q.
func triSolveProgram(n int, trans bool) *ir.Program {
	w := newWriter(n*n + 2*n)
	w.p.Body = append(w.p.Body, &ir.TriSolve{
		N: n, M: 2, Trans: trans, L: ir.Place{Buf: bufQ}, B: ir.Place{Buf: bufQ, Off: n * n}, Dst: ir.Place{Buf: bufGrad},
	})
	return w.finish(w.put(ir.Instr{Op: ir.Const, Dst: w.reg(), Imm: 1}))
}
