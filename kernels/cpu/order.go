package cpu

import (
	"slices"

	"github.com/quatre-ppl/quatre/graph/ir"
)

// order arranges a loop's body into few stretches: instructions of their own
// as early as their arguments allow, loads where they are first used, effects
// last and in their order. It changes no result, since what is moved depends on
// its arguments alone. A body that reads a buffer that it writes stays as it
// is.
func order(body []ir.Instr, own func(ir.Instr) bool) []ir.Instr {
	if readsWritten(body) {
		return body
	}
	level := levels(body, own)
	place := make([]int, len(body))
	for i := range place {
		place[i] = i
	}
	effect := func(i int) bool { return body[i].Dst == ir.NoReg || body[i].Op.IsSum() }
	rank := func(i int) int { // within a level: lanes, then instructions of their own
		switch {
		case effect(i):
			return 2
		case own(body[i]):
			return 1
		}
		return 0
	}
	last := 0
	for i := range body {
		if !effect(i) {
			last = max(last, level[i])
		}
	}
	for i := range body {
		if effect(i) && (own(body[i]) || level[i] > last) {
			level[i] = last + 1
		} else if effect(i) {
			level[i] = last
		}
	}
	slices.SortStableFunc(place, func(i, j int) int {
		if level[i] != level[j] {
			return level[i] - level[j]
		}
		return rank(i) - rank(j)
	})
	sorted := make([]ir.Instr, len(body))
	for k, i := range place {
		sorted[k] = body[i]
	}
	return sorted
}

func readsWritten(body []ir.Instr) bool {
	written := make(map[ir.BufID]bool)
	for _, in := range body {
		if in.Op == ir.Store || in.Op == ir.Scatter || in.Op == ir.RowAxpy {
			written[in.Buf] = true
		}
	}
	for _, in := range body {
		switch in.Op {
		case ir.Load, ir.Gather:
			if written[in.Buf] {
				return true
			}
		case ir.RowDot:
			if written[in.Buf] || written[in.Vec] {
				return true
			}
		case ir.RowAxpy:
			if written[in.Vec] {
				return true
			}
		}
	}
	return false
}

// levels numbers the stretches: an instruction's level is above that of every
// argument that has loops of its own.
func levels(body []ir.Instr, own func(ir.Instr) bool) []int {
	level := make([]int, len(body))
	ready := make(map[ir.Reg]int) // the level from which a register may be read
	for i, in := range body {
		for k := range in.Op.Arity() {
			level[i] = max(level[i], ready[in.Args[k]])
		}
		if in.Dst != ir.NoReg {
			ready[in.Dst] = level[i]
			if own(in) {
				ready[in.Dst]++
			}
		}
	}
	first := make(map[ir.Reg]int) // the lowest level that reads a register
	for i, in := range body {
		for k := range in.Op.Arity() {
			if l, ok := first[in.Args[k]]; !ok || level[i] < l {
				first[in.Args[k]] = level[i]
			}
		}
	}
	for i, in := range body {
		if l, ok := first[in.Dst]; ok && (in.Op == ir.Load || in.Op == ir.Gather) {
			level[i] = max(level[i], l)
		}
	}
	return level
}
