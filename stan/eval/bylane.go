package eval

import "github.com/quatre-ppl/quatre/model/expr"

// mostChoices bounds how many pieces are told apart by conditions in one vector over the lanes.
const mostChoices = 16

// byLane puts elements together that come from different pieces in different lanes, each from its own lane of the piece:
// by conditions on the lane, which a scan can take apart, where placeholders are in play. Else, and where elements are not
// in their own lane, the result is nil.
func (ev *evaluator) byLane(list []*Value, refs []ref) expr.Expr {
	a := ev.attempt
	if a == nil || !a.tracing || len(refs)%a.lanes.n != 0 || !ev.onHoles(list, refs) {
		return nil
	}
	n := a.lanes.n
	parts := make([]expr.Expr, 0, len(refs)/n)
	for from := 0; from < len(refs); from += n {
		x := ev.chosen(list, refs[from:from+n])
		if x == nil {
			return nil
		}
		parts = append(parts, x)
	}
	return expr.Concat(parts...)
}

// pickByLane is byLane for elements of vectors that were set side by side.
func (ev *evaluator) pickByLane(x expr.Expr, at []int) expr.Expr {
	if ev.attempt == nil || !ev.attempt.tracing || x.Kind != expr.Assemble {
		return nil
	}
	var refs []ref
	list := make([]*Value, len(x.In))
	for i, part := range x.In {
		list[i] = &Value{Sym: part}
		for k := range part.Size() {
			refs = append(refs, ref{int32(i), int32(k)})
		}
	}
	if len(refs) != x.Size() { // pieces with gaps between them
		return nil
	}
	picked := make([]ref, len(at))
	for i, k := range at {
		picked[i] = refs[k]
	}
	return ev.byLane(list, picked)
}

// onHoles reports whether one of the pieces in use depends on a placeholder.
func (ev *evaluator) onHoles(list []*Value, refs []ref) bool {
	f := newFinder(ev.attempt.holes)
	seen := make(map[int32]bool)
	for _, r := range refs {
		if !seen[r.part] {
			seen[r.part] = true
			if x := list[r.part].Sym; x != nil && f.depends(x) {
				return true
			}
		}
	}
	return false
}

// source is where lanes find their element: lane b at element from+b of a piece, or all at the only one.
type source struct {
	part int32
	from int
}

// chosen returns one element for each lane, nil if some lane's is not in its own place.
func (ev *evaluator) chosen(list []*Value, refs []ref) expr.Expr {
	n := len(refs)
	var order []source
	in := make(map[source][]float64)
	for b, r := range refs {
		s, length := source{r.part, int(r.at) - b}, list[r.part].length()
		if length == 1 {
			s.from = 0
		}
		if in[s] == nil {
			if s.from < 0 || length > 1 && s.from+n > length || len(order) == mostChoices {
				return nil
			}
			order = append(order, s)
			in[s] = make([]float64, n)
		}
		in[s][b] = 1
	}
	var x expr.Expr
	for _, s := range order {
		y := ev.elements(list[s.part], s.from, n)
		if x == nil {
			x = y
		} else {
			x = expr.Where(ev.nodes.of(in[s], false), y, x)
		}
	}
	return full(x, n, nil, ev.attempt.lanes)
}

// length returns the number of elements of a list.
func (v *Value) length() int {
	if v.Sym != nil {
		return v.Sym.Size()
	}
	return max(len(v.Reals), len(v.Ints))
}

// elements returns n elements of a piece as a vector, or its only one.
func (ev *evaluator) elements(v *Value, from, n int) expr.Expr {
	switch {
	case v.Sym == nil && v.length() == 1:
		return ev.nodes.of(v.numbers(), true)
	case v.Sym == nil:
		return ev.nodes.of(v.numbers()[from:from+n], false)
	case v.Sym.Size() == 1:
		return flatten(v.Sym, true)
	}
	return expr.Part(v.Sym, from, n)
}
