// Package interp runs programs in Go. It needs nothing but Go, is the
// reference for the other backends, and is fast enough to start sampling with
// while they compile: every instruction of a loop works on a block of
// elements, so its own cost is spread over many.
package interp

import (
	"context"
	"fmt"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
)

// Backend interprets programs. The zero value is ready.
type Backend struct{}

var _ kernels.Backend = Backend{}

// Name returns "interp".
func (Backend) Name() string { return "interp" }

// Close does nothing.
func (Backend) Close() error { return nil }

// Compile prepares a program; it takes microseconds.
func (Backend) Compile(_ context.Context, p *ir.Program) (kernels.Code, error) { return New(p) }

// Code is a program prepared for interpretation.
type Code struct {
	p           *ir.Program
	setup, body []step
	scratch     scratchSize
}

// step is one region, prepared.
type step interface{ run(m *machine) }

// New prepares a validated program.
func New(p *ir.Program) (*Code, error) {
	c := &Code{p: p}
	var err error
	if c.setup, err = prepare(p, p.Setup, &c.scratch); err != nil {
		return nil, err
	}
	c.body, err = prepare(p, p.Body, &c.scratch)
	return c, err
}

func prepare(p *ir.Program, list []ir.Region, size *scratchSize) ([]step, error) {
	var steps []step
	for _, r := range list {
		switch r := r.(type) {
		case *ir.Scalar:
			steps = append(steps, &scalarStep{body: r.Body, index: size.scalars})
			size.scalars++
		case *ir.Loop:
			steps = append(steps, newLoop(p, r, size))
		case *ir.Scan:
			steps = append(steps, (*scanStep)(r))
		case *ir.Linear:
			steps = append(steps, (*linearStep)(r))
		case *ir.Cholesky:
			steps = append(steps, (*choleskyStep)(r))
		case *ir.CholeskyGrad:
			steps = append(steps, (*choleskyGradStep)(r))
		case *ir.TriSolve:
			steps = append(steps, (*triSolveStep)(r))
		case *ir.LeastSquares:
			steps = append(steps, (*leastSquaresStep)(r))
		default:
			return nil, fmt.Errorf("interp: %w: region %T", kernels.ErrUnsupported, r)
		}
	}
	return steps, nil
}

// scratchSize is what the largest loop of a program needs, and the number of its
// scalar steps.
type scratchSize struct{ slots, accumulators, products, scalars int }

// machine is the state of one evaluation.
type machine struct {
	bufs     [][]float64
	ints     [][]int32
	regs     []float64   // scalar registers, and a scan's registers of one iteration
	slots    [][]float64 // lane registers of the current block
	own      [][block]float64
	acc      [][ir.Lanes]float64
	products []ir.LogProduct
	code     [][]scalarOp // by scalar step
}

func newMachine(c *Code, bufs [][]float64, ints [][]int32) *machine {
	return &machine{
		bufs: bufs, ints: ints, regs: make([]float64, c.p.NumRegs),
		slots: make([][]float64, c.scratch.slots), own: make([][block]float64, c.scratch.slots),
		acc:      make([][ir.Lanes]float64, c.scratch.accumulators),
		products: make([]ir.LogProduct, c.scratch.products),
	}
}

// Bind implements kernels.Code.
func (c *Code) Bind(in *ir.Inputs) (kernels.Executable, error) { return c.BindValues(in) }

// BindValues is Bind with the concrete type, for programs that compute values
// instead of a density.
func (c *Code) BindValues(in *ir.Inputs) (*Executable, error) {
	bufs, ints, err := c.Prepare(in)
	if err != nil {
		return nil, err
	}
	return c.executable(bufs, ints), nil
}

// Prepare checks the data and runs Setup. It returns the program's buffers and
// indices; In, Temp, Out and Setting buffers are nil, since every executable has
// its own.
func (c *Code) Prepare(in *ir.Inputs) ([][]float64, [][]int32, error) {
	if err := in.Check(c.p); err != nil {
		return nil, nil, err
	}
	bufs := make([][]float64, len(c.p.Bufs))
	work := make([][]float64, len(c.p.Bufs))
	for i := range c.p.Bufs {
		b := &c.p.Bufs[i]
		switch b.Kind {
		case ir.Data:
			bufs[i] = in.Floats[b.Name]
		case ir.Lit:
			bufs[i] = b.Values
		case ir.Hoist:
			bufs[i] = ir.NewFloats(b.Len)
		case ir.Temp:
			if len(c.p.Setup) > 0 {
				work[i] = make([]float64, b.Len)
			}
		}
		if bufs[i] != nil {
			work[i] = bufs[i]
		}
	}
	ints := make([][]int32, len(c.p.Ints))
	for i := range c.p.Ints {
		if b := &c.p.Ints[i]; b.Values != nil {
			ints[i] = b.Values
		} else {
			ints[i] = in.Ints[b.Name]
		}
	}
	m := newMachine(c, work, ints)
	m.bindScalars(c, c.setup, c.p.Setup, false)
	for _, s := range c.setup {
		s.run(m)
	}
	return bufs, ints, nil
}

func (c *Code) executable(shared [][]float64, ints [][]int32) *Executable {
	bufs := make([][]float64, len(shared))
	used, _ := c.p.Uses(c.p.Body)
	for i := range c.p.Bufs {
		if bufs[i] = shared[i]; bufs[i] == nil && (used[i] || c.p.Bufs[i].Kind != ir.Temp) {
			bufs[i] = make([]float64, c.p.Bufs[i].Len)
		}
	}
	e := &Executable{c: c, shared: shared, m: newMachine(c, bufs, ints)}
	e.m.bindScalars(c, c.body, c.p.Body, true)
	e.q = bufs[c.p.Find(ir.In, "q")]
	for i := range c.p.Bufs {
		if c.p.Bufs[i].Kind != ir.Out {
			continue
		}
		switch c.p.Bufs[i].Name {
		case "logdensity":
			e.logDensity = bufs[i]
		case "grad":
			e.grad = bufs[i]
		case "values":
			e.values = bufs[i]
		}
	}
	return e
}

// Executable is an interpreted program with its data.
type Executable struct {
	c          *Code
	shared     [][]float64
	m          *machine
	q          []float64
	logDensity []float64
	grad       []float64
	values     []float64
}

// Dim returns the length of q.
func (e *Executable) Dim() int { return e.c.p.Dim }

func (e *Executable) run(q []float64) {
	copy(e.q, q)
	for _, s := range e.c.body {
		s.run(e.m)
	}
}

// LogDensityGrad implements kernels.Executable.
func (e *Executable) LogDensityGrad(grad, q []float64) (float64, error) {
	e.run(q)
	copy(grad, e.grad)
	return e.logDensity[0], nil
}

var _ kernels.Valuer = (*Executable)(nil)

// Values implements kernels.Valuer.
func (e *Executable) Values(dst, q []float64) {
	dim := e.c.p.Dim
	for points := kernels.Points(len(q), dim, len(dst), len(e.values)); points > 0; points-- {
		e.run(q[:dim])
		q, dst = q[dim:], dst[copy(dst, e.values):]
	}
}

// Set implements kernels.Executable.
func (e *Executable) Set(name string, values []float64) error {
	id, err := kernels.SettingOf(e.c.p, name, len(values))
	if err == nil {
		copy(e.m.bufs[id], values)
	}
	return err
}

// Fork implements kernels.Executable.
func (e *Executable) Fork() (kernels.Executable, error) {
	f := e.c.executable(e.shared, e.m.ints)
	for i := range e.c.p.Bufs {
		if e.c.p.Bufs[i].Kind == ir.Setting {
			copy(f.m.bufs[i], e.m.bufs[i])
		}
	}
	return f, nil
}

// Close implements kernels.Executable; there is nothing to release.
func (e *Executable) Close() error { return nil }

// scalar runs one instruction of a scan on registers, at iteration i.
func (m *machine) scalar(in *ir.Instr, i int) {
	r := m.regs
	switch in.Op {
	case ir.Const:
		r[in.Dst] = in.Imm
	case ir.Load:
		r[in.Dst] = m.bufs[in.Buf][in.Off+in.Stride*i]
	case ir.Gather:
		r[in.Dst] = m.bufs[in.Buf][in.Off+int(m.ints[in.Idx][i])]
	case ir.Store:
		m.bufs[in.Buf][in.Off+in.Stride*i] = r[in.Args[0]]
	case ir.Add:
		r[in.Dst] = r[in.Args[0]] + r[in.Args[1]]
	case ir.Sub:
		r[in.Dst] = r[in.Args[0]] - r[in.Args[1]]
	case ir.Mul:
		r[in.Dst] = r[in.Args[0]] * r[in.Args[1]]
	case ir.Div:
		r[in.Dst] = r[in.Args[0]] / r[in.Args[1]]
	default:
		var v [3]float64
		for k := range in.Op.Arity() {
			v[k] = r[in.Args[k]]
		}
		r[in.Dst] = ir.Apply(in.Op, v[0], v[1], v[2])
	}
}
