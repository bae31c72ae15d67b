package eval

import "github.com/quatre-ppl/quatre/stan/types"

// frame holds the variables of the program, or those of one call of a function that the program defines.
type frame struct {
	vars []*variable
	// fn is nil for the program itself.
	fn *types.Function
	// lanes are those of the call, guards how many conditions that depend on parameters were in force.
	lanes  *lanes
	guards int
	// returns are the values returned so far.
	returns []returned
	// gone are the lanes that returned.
	gone []*lanes
}

// loopState says which lanes left an iteration of a loop that runs one iteration after the other.
type loopState struct {
	// broken are the lanes that left the loop, continued those that left the current iteration.
	broken, continued []*lanes
	// together tells that the iterations run in lanes instead.
	together bool
	// guards is how many conditions that depend on parameters were in force at the start.
	guards int
}

// marks are the lengths of the lists of lanes that left, to tell later which did since.
type marks struct{ broken, continued, gone int }

func (ev *evaluator) mark() marks {
	m := marks{gone: len(ev.frame.gone)}
	if ev.loop != nil {
		m.broken, m.continued = len(ev.loop.broken), len(ev.loop.continued)
	}
	return m
}

// left lists the lanes that left since a mark.
func (ev *evaluator) left(m marks) []*lanes {
	list := append([]*lanes(nil), ev.frame.gone[m.gone:]...)
	if ev.loop != nil {
		list = append(append(list, ev.loop.broken[m.broken:]...), ev.loop.continued[m.continued:]...)
	}
	return list
}

// narrowed returns the lanes of l without those in any of gone, which are lanes of l or within it: l itself if that takes
// nothing away, and false if nothing is left.
func narrowed(l *lanes, gone []*lanes) (*lanes, bool) {
	if len(gone) == 0 {
		return l, true
	}
	out := make([]bool, laneCount(l))
	left := len(out)
	for _, g := range gone {
		from := g.from(l)
		for b := range laneCount(g) {
			at := b
			switch {
			case from != nil:
				at = from[b]
			case g != l:
				at = 0
			}
			if !out[at] {
				out[at] = true
				left--
			}
		}
	}
	switch left {
	case len(out):
		return l, true
	case 0:
		return nil, false
	}
	keep := make([]int, 0, left)
	for b, o := range out {
		if !o {
			keep = append(keep, b)
		}
	}
	return l.subset(keep), true
}

// subset returns some of the lanes as lanes of their own.
func (l *lanes) subset(keep []int) *lanes {
	return &lanes{n: len(keep), outer: l, origin: keep, partial: true}
}
