package interp

import (
	"math"

	"github.com/quatre-ppl/quatre/elem/vec"
	"github.com/quatre-ppl/quatre/graph/ir"
)

// elementwise runs a pure operation on n lanes. The common operations have
// loops of their own; a division, a comparison or an elementary function costs
// enough for the general form.
func (m *machine) elementwise(in *laneInstr, n int) {
	// The arguments are read before out points the destination, which may
	// reuse the slot of an argument, to its own memory.
	a := m.slots[in.args[0]][:n]
	var b, c []float64
	switch in.Op.Arity() {
	case 2:
		b = m.slots[in.args[1]][:n]
	case 3:
		b, c = m.slots[in.args[1]][:n], m.slots[in.args[2]][:n]
	}
	out := m.out(in, n)[:n]
	switch in.Op {
	case ir.Neg:
		for i, x := range a {
			out[i] = -x
		}
	case ir.Abs:
		for i, x := range a {
			out[i] = math.Abs(x)
		}
	case ir.Sqrt:
		for i, x := range a {
			out[i] = math.Sqrt(x)
		}
	case ir.Add, ir.Sub, ir.Mul, ir.Div:
		arithmetic(in.Op, out, a, b)
	case ir.Exp:
		vec.Exp(out, a)
	case ir.Log:
		vec.Log(out, a)
	case ir.FMA:
		for i, x := range a {
			out[i] = math.FMA(x, b[i], c[i])
		}
	case ir.Min:
		for i, x := range a {
			if b[i] < x {
				x = b[i]
			}
			out[i] = x
		}
	case ir.Max:
		for i, x := range a {
			if x < b[i] {
				x = b[i]
			}
			out[i] = x
		}
	case ir.Lt:
		for i, x := range a {
			out[i] = truth(x < b[i])
		}
	case ir.Le:
		for i, x := range a {
			out[i] = truth(x <= b[i])
		}
	case ir.Eq:
		for i, x := range a {
			out[i] = truth(x == b[i])
		}
	case ir.Select:
		for i, x := range a {
			if x != 0 {
				out[i] = b[i]
			} else {
				out[i] = c[i]
			}
		}
	default:
		m.general(in.Op, out, a, b, c)
	}
}

// arithmetic runs one of the four operations; the slices have the same length.
func arithmetic(op ir.Op, out, a, b []float64) {
	if n := len(a) &^ 3; vectors && n > 0 {
		switch op {
		case ir.Add:
			addAVX2(&out[0], &a[0], &b[0], n)
		case ir.Sub:
			subAVX2(&out[0], &a[0], &b[0], n)
		case ir.Mul:
			mulAVX2(&out[0], &a[0], &b[0], n)
		case ir.Div:
			divAVX2(&out[0], &a[0], &b[0], n)
		}
		out, a, b = out[n:], a[n:], b[n:]
	}
	switch op {
	case ir.Add:
		for i, x := range a {
			out[i] = x + b[i]
		}
	case ir.Sub:
		for i, x := range a {
			out[i] = x - b[i]
		}
	case ir.Mul:
		for i, x := range a {
			out[i] = x * b[i]
		}
	case ir.Div:
		for i, x := range a {
			out[i] = x / b[i]
		}
	}
}

func (m *machine) general(op ir.Op, out, a, b, c []float64) {
	if f := ir.Unary(op); f != nil {
		for i, x := range a {
			out[i] = f(x)
		}
		return
	}
	for i, x := range a {
		var y, z float64
		if b != nil {
			y = b[i]
		}
		if c != nil {
			z = c[i]
		}
		out[i] = ir.Apply(op, x, y, z)
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
