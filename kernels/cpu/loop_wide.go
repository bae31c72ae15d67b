package cpu

import (
	"fmt"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// wideBlocks writes blocks of up to blockGroups groups. Instructions with loops
// or calls of their own, and in a loop with a broken group the effects, work on
// the block's arrays.
func (w *loopWriter) wideBlocks() error {
	e := w.e
	if w.n == 0 {
		return nil
	}
	own := func(in ir.Instr) bool {
		switch in.Op {
		case ir.RowDot, ir.RowAxpy, ir.Scatter:
			return true
		case ir.Sum, ir.SumLog, ir.Store:
			return w.rest > 0
		}
		return e.outlined(in, w.n)
	}
	list := stretches(order(w.body, own), own)
	w.cross = crossing(list)
	whole := w.n + (ir.Lanes-w.rest)%ir.Lanes // rows with the spare lanes
	if whole <= blockLanes {
		e.line("    {")
		e.line("      const long i0 = 0, lanes = %d, rows = %d; (void)rows;", whole, w.n)
	} else {
		e.line("    for (long i0 = 0; i0 < %d; i0 += %d) {", whole, blockLanes)
		if whole%blockLanes == 0 {
			e.line("      const long lanes = %d;", blockLanes)
		} else {
			e.line("      const long lanes = i0 + %d <= %d ? %d : %d;", blockLanes, whole, blockLanes, whole%blockLanes)
		}
		e.line("      const long rows = i0 + %d <= %d ? %d : %d; (void)rows;", blockLanes, w.n, blockLanes, w.n%blockLanes)
	}
	w.declare(list, blockLanes, "      ")
	for _, s := range list {
		if s.own {
			w.own(s.body[0])
			continue
		}
		e.line("      for (long g = 0; g < lanes; g += %d) {", ir.Lanes)
		if err := w.lanes(s.body, "        "); err != nil {
			return err
		}
		e.line("      }")
	}
	e.line("    }")
	return nil
}

// array returns the C text of a block's values of a register. One that does
// not differ between lanes is spread over an array first.
func (w *loopWriter) array(r ir.Reg) string {
	if w.cross[r] {
		return reg(r)
	}
	w.spread++
	name := fmt.Sprintf("spread%d", w.spread)
	w.e.line("      double %s[%d];", name, blockLanes)
	w.e.line("      for (long l = 0; l < lanes; l++) %s[l] = %s;", name, w.name(r))
	return name
}

// own writes an instruction that works on whole blocks.
func (w *loopWriter) own(in ir.Instr) {
	e := w.e
	switch in.Op {
	case ir.RowDot:
		e.line("      quatre_rowdot(lanes, r%d, b%d + %d + i0, %d, b%d + %d, %d);", in.Dst, in.Buf, in.Off, w.n, in.Vec, in.VecOff, in.Len)
	case ir.RowAxpy:
		e.line("      quatre_rowaxpy(rows, scratch + %d, b%d + %d + i0, %d, %s, %d);",
			w.accs[in], in.Vec, in.VecOff, w.n, w.array(in.Args[0]), in.Len)
	case ir.Scatter:
		if w.accumulates(in) {
			e.line("      quatre_scatter(rows, scratch + %d, k%d + i0, %s);", w.accs[in], in.Idx, w.array(in.Args[0]))
			return
		}
		e.line("      for (long l = 0; l < rows; l++) b%d[%d + k%d[i0 + l]] += %s;", in.Buf, in.Off, in.Idx, w.array(in.Args[0])+"[l]")
	case ir.Sum:
		e.line("      quatre_sum(rows, s%d, %s);", in.Dst, w.array(in.Args[0]))
	case ir.SumLog:
		e.line("      quatre_log_steps(rows, s%[1]d, e%[1]d, %[2]s);", in.Dst, w.array(in.Args[0]))
	case ir.Store:
		e.line("      for (long l = 0; l < rows; l++) b%d[%d + %d * (i0 + l)] = %s;", in.Buf, in.Off, in.Stride, w.array(in.Args[0])+"[l]")
	default:
		args := ""
		for k := range in.Op.Arity() {
			args += ", " + w.array(in.Args[k])
		}
		name := e.function(in)
		e.line("      each_%s(%s, r%d%s);", name, countOf(name), in.Dst, args)
	}
}
