package cpu

import (
	"slices"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// A light loop with a division in a long body keeps the processor waiting: it
// looks ahead over one or two groups, whose work cannot begin before their
// quotients are there. In blocks of blockGroups groups, with the divisions in
// an inner loop before that of what needs them, several are under way at once.

// dividedRows and dividedLength are the least rows and instructions of loops
// that are cut.
const (
	dividedRows   = blockLanes
	dividedLength = 24
)

// divided tells whether the loop is to be cut behind its divisions.
func (w *loopWriter) divided() bool {
	if w.n < dividedRows || len(w.body) < dividedLength || readsWritten(w.body) {
		return false
	}
	scatter := slices.ContainsFunc(w.body, func(in ir.Instr) bool { return in.Op == ir.Scatter })
	return !scatter && slices.ContainsFunc(w.body, divides)
}

func divides(in ir.Instr) bool { return in.Op == ir.Div }

// dividedBlocks writes whole groups in blocks and a broken one after them.
func (w *loopWriter) dividedBlocks() error {
	e := w.e
	list := levelled(w.body, divides)
	w.wide, w.cross = true, crossing(list)
	whole := w.n - w.rest
	e.line("    for (long i0 = 0; i0 < %d; i0 += %d) {", whole, blockLanes)
	e.line("      const long lanes = i0 + %d <= %d ? %d : %d;", blockLanes, whole, blockLanes, whole%blockLanes)
	w.declare(list, blockLanes, "      ")
	for _, s := range list {
		e.line("      for (long g = 0; g < lanes; g += %d) {", ir.Lanes)
		if err := w.lanes(s.body, "        "); err != nil {
			return err
		}
		e.line("      }")
	}
	e.line("    }")
	w.wide = false
	return w.brokenGroup()
}

// levelled cuts a body into stretches, of which each but the first needs what
// instructions of the kind slow have computed in those before.
func levelled(body []ir.Instr, slow func(ir.Instr) bool) []stretch {
	level := levels(body, slow)
	list := make([]stretch, slices.Max(level)+1)
	for i, in := range body {
		s := &list[level[i]]
		s.body = append(s.body, in)
	}
	return slices.DeleteFunc(list, func(s stretch) bool { return len(s.body) == 0 })
}
