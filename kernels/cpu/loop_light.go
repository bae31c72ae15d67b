package cpu

import "github.com/quatre-ppl/quatre/graph/ir"

// lightBlocks writes whole groups as one loop and a broken one after it. In the
// broken group the effects are stretches of their own, which leave out the
// spare lanes.
func (w *loopWriter) lightBlocks() error {
	e := w.e
	if w.n >= ir.Lanes {
		list := stretches(w.body, func(in ir.Instr) bool { return in.Op == ir.Scatter })
		e.line("    for (long i0 = 0; i0 + %d <= %d; i0 += %d) {", ir.Lanes, w.n, ir.Lanes)
		if err := w.group(list, ir.Lanes); err != nil {
			return err
		}
		e.line("    }")
	}
	return w.brokenGroup()
}

// brokenGroup writes the last group if it is not whole.
func (w *loopWriter) brokenGroup() error {
	e := w.e
	if w.rest == 0 {
		return nil
	}
	effect := func(in ir.Instr) bool { return in.Dst == ir.NoReg || in.Op.IsSum() }
	list := stretches(order(w.body, effect), effect)
	e.line("    {")
	e.line("      const long i0 = %d;", w.n-w.rest)
	if err := w.group(list, w.rest); err != nil {
		return err
	}
	e.line("    }")
	return nil
}

// group writes one group of which the first rows count.
func (w *loopWriter) group(list []stretch, rows int) error {
	w.cross = crossing(list)
	w.declare(list, ir.Lanes, "      ")
	for _, s := range list {
		if !s.own {
			if err := w.lanes(s.body, "      "); err != nil {
				return err
			}
			continue
		}
		in := s.body[0]
		arg := w.name(in.Args[0])
		switch in.Op {
		case ir.Sum:
			w.e.line("      for (int l = 0; l < %d; l++) s%d[l] += %s;", rows, in.Dst, arg)
		case ir.SumLog:
			w.e.line("      for (int l = 0; l < %d; l++) %s", rows, sumLog(in, arg))
		case ir.Store:
			w.e.line("      for (int l = 0; l < %d; l++) b%d[%d + %d * (i0 + l)] = %s;", rows, in.Buf, in.Off, in.Stride, arg)
		case ir.Scatter:
			w.e.line("      for (int l = 0; l < %d; l++) b%d[%d + k%d[i0 + l]] += %s;", rows, in.Buf, in.Off, in.Idx, arg)
		}
	}
	return nil
}
