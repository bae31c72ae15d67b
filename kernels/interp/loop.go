package interp

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// block is the number of iterations that one instruction handles at a time: a
// multiple of ir.Lanes, small enough that the live values of a loop stay in
// the first-level cache.
const block = 128

// loopStep is a loop with its lane registers assigned to slots.
type loopStep struct {
	n       int
	body    []laneInstr
	scalars []broadcast // scalar registers and constants that the body reads
	sums    []*laneInstr
	logs    []*laneInstr
	axpys   []*laneInstr
	scatter []*laneInstr
}

// laneInstr is an instruction whose registers are slots.
type laneInstr struct {
	ir.Instr
	dst   int
	args  [3]int
	copy  bool // Load must copy because the body stores to the same buffer
	acc   int  // first accumulator of a reduction, place of a LogProduct
	lanes bool // Scatter adds in lanes
}

// broadcast fills a slot with a scalar before the loop.
type broadcast struct {
	slot  int
	reg   ir.Reg
	imm   float64
	isImm bool
}

// newLoop assigns slots: one for each scalar operand, reused ones for lane
// values after their last use.
func newLoop(p *ir.Program, r *ir.Loop, size *scratchSize) *loopStep {
	l := &loopStep{n: r.N}
	last := make(map[ir.Reg]int)
	lane := make(map[ir.Reg]bool)
	stored := make(map[ir.BufID]bool)
	for i, in := range r.Body {
		for k := range in.Op.Arity() {
			last[in.Args[k]] = i
		}
		if in.Dst != ir.NoReg && !in.Op.IsSum() && in.Op != ir.Const {
			lane[in.Dst] = true
		}
		if in.Op == ir.Store {
			stored[in.Buf] = true
		}
	}
	slotOf := make(map[ir.Reg]int)
	var free []int
	slots, acc, products := 0, 0, 0
	newSlot := func() int {
		slots++
		return slots - 1
	}
	for i, in := range r.Body {
		li := laneInstr{Instr: in, dst: -1}
		if in.Op == ir.Const {
			s := newSlot()
			slotOf[in.Dst] = s
			l.scalars = append(l.scalars, broadcast{slot: s, imm: in.Imm, isImm: true})
			continue
		}
		for k := range in.Op.Arity() {
			a := in.Args[k]
			s, ok := slotOf[a]
			if !ok { // a scalar of the program
				s = newSlot()
				slotOf[a] = s
				l.scalars = append(l.scalars, broadcast{slot: s, reg: a})
			}
			li.args[k] = s
		}
		for k := range in.Op.Arity() {
			a := in.Args[k]
			if lane[a] && last[a] == i {
				free = append(free, slotOf[a])
				lane[a] = false // freed once, also when it is used twice here
			}
		}
		if in.Dst != ir.NoReg && !in.Op.IsSum() {
			if n := len(free); n > 0 {
				li.dst, free = free[n-1], free[:n-1]
			} else {
				li.dst = newSlot()
			}
			slotOf[in.Dst] = li.dst
		}
		li.copy = in.Op == ir.Load && (stored[in.Buf] || in.Stride != 1)
		switch in.Op {
		case ir.Sum:
			li.acc = acc
			acc++
		case ir.SumLog:
			li.acc = products
			products++
		case ir.RowAxpy:
			li.acc = acc
			acc += in.Len
		case ir.Scatter:
			if li.lanes = ir.ScatterInLanes(r.N, in.Len); li.lanes {
				li.acc = acc
				acc += in.Len
			}
		}
		l.body = append(l.body, li)
	}
	for i := range l.body {
		switch in := &l.body[i]; in.Op {
		case ir.Sum:
			l.sums = append(l.sums, in)
		case ir.SumLog:
			l.logs = append(l.logs, in)
		case ir.RowAxpy:
			l.axpys = append(l.axpys, in)
		case ir.Scatter:
			l.scatter = append(l.scatter, in)
		}
	}
	size.slots = max(size.slots, slots)
	size.accumulators = max(size.accumulators, acc)
	size.products = max(size.products, products)
	return l
}

func (l *loopStep) run(m *machine) {
	width := min(block, l.n)
	for _, s := range l.scalars {
		v := s.imm
		if !s.isImm {
			v = m.regs[s.reg]
		}
		own := m.own[s.slot][:width]
		for i := range own {
			own[i] = v
		}
		m.slots[s.slot] = own
	}
	clear(m.acc)
	for _, in := range l.scatter {
		if !in.lanes {
			clear(m.bufs[in.Buf][in.Off : in.Off+in.Len])
		}
	}
	for i := range l.logs {
		m.products[i].Reset()
	}
	for start := 0; start < l.n; start += block {
		n := min(block, l.n-start)
		for i := range l.body {
			m.lane(&l.body[i], start, n, l.n)
		}
	}
	for _, in := range l.sums {
		m.regs[in.Dst] = tree(&m.acc[in.acc])
	}
	for _, in := range l.logs {
		m.regs[in.Dst] = m.products[in.acc].Log(l.n)
	}
	for _, in := range l.axpys {
		m.trees(in)
	}
	for _, in := range l.scatter {
		if in.lanes {
			m.trees(in)
		}
	}
}

// trees adds the lanes of a reduction to several elements.
func (m *machine) trees(in *laneInstr) {
	out := m.bufs[in.Buf][in.Off : in.Off+in.Len]
	for j := range out {
		out[j] = tree(&m.acc[in.acc+j])
	}
}

// tree adds the lanes of a reduction in the order that package ir fixes.
func tree(a *[ir.Lanes]float64) float64 {
	return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]))
}

// lane runs one instruction on iterations [start, start+n) of total.
func (m *machine) lane(in *laneInstr, start, n, total int) {
	switch in.Op {
	case ir.Load:
		if !in.copy {
			at := in.Off + start
			m.slots[in.dst] = m.bufs[in.Buf][at : at+n]
			return
		}
		out, buf := m.out(in, n), m.bufs[in.Buf]
		for i := range out {
			out[i] = buf[in.Off+in.Stride*(start+i)]
		}
	case ir.Gather:
		out, buf, idx := m.out(in, n), m.bufs[in.Buf][in.Off:], m.ints[in.Idx][start:start+n]
		for i, k := range idx {
			out[i] = buf[k]
		}
	case ir.RowDot:
		m.rowDot(in, m.out(in, n), start, total)
	case ir.Store:
		x, buf := m.slots[in.args[0]][:n], m.bufs[in.Buf]
		if in.Stride == 1 {
			copy(buf[in.Off+start:], x)
			return
		}
		for i, v := range x {
			buf[in.Off+in.Stride*(start+i)] = v
		}
	case ir.Sum:
		addLanes(&m.acc[in.acc], m.slots[in.args[0]][:n])
	case ir.SumLog:
		m.products[in.acc].Add(m.slots[in.args[0]][:n])
	case ir.RowAxpy:
		m.rowAxpy(in, m.slots[in.args[0]][:n], start, total)
	case ir.Scatter:
		x, idx := m.slots[in.args[0]][:n], m.ints[in.Idx][start:start+n]
		if in.lanes {
			acc := m.acc[in.acc : in.acc+in.Len]
			for i, k := range idx {
				acc[k][i%ir.Lanes] += x[i]
			}
			return
		}
		buf := m.bufs[in.Buf][in.Off:]
		for i, k := range idx {
			buf[k] += x[i]
		}
	default:
		m.elementwise(in, n)
	}
}

// out points the destination slot to its own memory and returns it.
func (m *machine) out(in *laneInstr, n int) []float64 {
	s := m.own[in.dst][:n]
	m.slots[in.dst] = s
	return s
}

// addLanes adds x to the lanes; x starts at a multiple of ir.Lanes.
func addLanes(acc *[ir.Lanes]float64, x []float64) {
	if groups := len(x) / ir.Lanes; vectors && groups > 0 {
		sumAVX2(acc, &x[0], groups)
		x = x[ir.Lanes*groups:]
	}
	for ; len(x) >= ir.Lanes; x = x[ir.Lanes:] {
		for k, v := range x[:ir.Lanes] {
			acc[k] += v
		}
	}
	for k, v := range x {
		acc[k] += v
	}
}

func (m *machine) rowDot(in *laneInstr, out []float64, start, total int) {
	mat := m.bufs[in.Buf][in.Off:]
	if n := len(out) &^ 3; vectors && n > 0 && in.Len > 0 {
		rowDotAVX2(&out[0], n, &mat[start], total, &m.bufs[in.Vec][in.VecOff], in.Len)
		start, out = start+n, out[n:]
	}
	if len(out) == 0 {
		return
	}
	clear(out)
	for j, x := range m.bufs[in.Vec][in.VecOff : in.VecOff+in.Len] {
		col := mat[j*total+start:][:len(out)]
		for i, a := range col {
			out[i] = math.FMA(a, x, out[i])
		}
	}
}

func (m *machine) rowAxpy(in *laneInstr, x []float64, start, total int) {
	mat := m.bufs[in.Vec][in.VecOff:]
	if groups := len(x) / ir.Lanes; vectors && groups > 0 && in.Len > 0 {
		rowAxpyAVX2(&m.acc[in.acc], &mat[start], total, &x[0], groups, in.Len)
		start, x = start+ir.Lanes*groups, x[ir.Lanes*groups:]
	}
	if len(x) == 0 {
		return
	}
	for j := range in.Len {
		acc := &m.acc[in.acc+j]
		col := mat[j*total+start:][:len(x)]
		for i, a := range col {
			k := i % ir.Lanes
			acc[k] = math.FMA(a, x[i], acc[k])
		}
	}
}
