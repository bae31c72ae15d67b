package interp

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/graph/ir"
)

// scalarStep is straight-line scalar code. What it reads and writes has a fixed place
// in each machine, so instructions become operations on addresses; loads of what does
// not change, and constants, need none.
type scalarStep struct {
	body  []ir.Instr
	index int // of its operations in the machine
}

// scalarOp is an instruction on addresses; Load and Store copy a to dst.
type scalarOp struct {
	op           ir.Op
	dst, a, b, c *float64
}

// binder gives the instructions of scalar steps their addresses.
type binder struct {
	m       *machine
	at      []*float64 // by register
	outside []bool     // registers that loops and scans read as well
	hoisted bool       // hoisted values do not change any more
	none    float64
}

// bindScalars writes the operations of the scalar steps among the regions' steps, of
// Setup or of Body; hoisted tells whether Setup has run.
func (m *machine) bindScalars(c *Code, steps []step, list []ir.Region, hoisted bool) {
	b := binder{m: m, at: make([]*float64, len(m.regs)), outside: readByLoops(list, len(m.regs)), hoisted: hoisted}
	for i := range b.at {
		b.at[i] = &m.regs[i]
	}
	m.code = make([][]scalarOp, c.scratch.scalars)
	for _, s := range steps {
		if s, ok := s.(*scalarStep); ok {
			m.code[s.index] = b.bind(c.p, s.body)
		}
	}
}

// readByLoops tells which registers others than scalar steps read.
func readByLoops(list []ir.Region, n int) []bool {
	read := make([]bool, n)
	body := func(body []ir.Instr) {
		for _, in := range body {
			for k := range in.Op.Arity() {
				read[in.Args[k]] = true
			}
		}
	}
	for _, r := range list {
		switch r := r.(type) {
		case *ir.Loop:
			body(r.Body)
		case *ir.Scan:
			body(r.Body)
			for _, c := range r.Carry {
				read[c.Init], read[c.Out] = true, true
			}
		case *ir.Linear:
			read[r.Init] = true
		}
	}
	return read
}

func (b *binder) bind(p *ir.Program, body []ir.Instr) []scalarOp {
	var code []scalarOp
	for _, in := range body {
		op := scalarOp{op: in.Op, a: &b.none, b: &b.none, c: &b.none}
		switch in.Op {
		case ir.Const:
			b.m.regs[in.Dst] = in.Imm
			continue
		case ir.Load:
			op.a = &b.m.bufs[in.Buf][in.Off]
			if b.fixed(p.Bufs[in.Buf].Kind) && !b.outside[in.Dst] {
				b.at[in.Dst] = op.a
				continue
			}
			op.dst = b.at[in.Dst]
		case ir.Store:
			op.dst, op.a = &b.m.bufs[in.Buf][in.Off], b.at[in.Args[0]]
		default:
			op.dst = b.at[in.Dst]
			for k, to := range []**float64{&op.a, &op.b, &op.c}[:in.Op.Arity()] {
				*to = b.at[in.Args[k]]
			}
		}
		code = append(code, op)
	}
	return code
}

// fixed tells whether no region that follows changes what is in such a buffer.
func (b *binder) fixed(kind ir.BufKind) bool {
	switch kind {
	case ir.In, ir.Data, ir.Lit, ir.Setting:
		return true
	}
	return kind == ir.Hoist && b.hoisted
}

func (s *scalarStep) run(m *machine) {
	code := m.code[s.index]
	for i := range code {
		o := &code[i]
		switch o.op {
		case ir.Load, ir.Store:
			*o.dst = *o.a
		case ir.Add:
			*o.dst = *o.a + *o.b
		case ir.Sub:
			*o.dst = *o.a - *o.b
		case ir.Mul:
			*o.dst = *o.a * *o.b
		case ir.Div:
			*o.dst = *o.a / *o.b
		case ir.Neg:
			*o.dst = -*o.a
		case ir.FMA:
			*o.dst = math.FMA(*o.a, *o.b, *o.c)
		case ir.Exp:
			*o.dst = elem.Exp(*o.a)
		case ir.Log:
			*o.dst = elem.Log(*o.a)
		default:
			*o.dst = ir.Apply(o.op, *o.a, *o.b, *o.c)
		}
	}
}
