package eval

import "github.com/quatre-ppl/quatre/model/expr"

// lanes are the iterations of a loop that run together. Iterations of a loop within it, and those iterations that take
// one branch of an if, are lanes of their own that belong to lanes outside; so lanes form a tree, and values live at the
// level at which they were made.
//
// Lanes stand in the order in which the iterations would run one after the other.
type lanes struct {
	n int
	// outer are the lanes around, nil for straight-line code.
	outer *lanes
	// origin[b] is the lane of outer that lane b belongs to, ascending; nil where outer is nil.
	origin []int
	// partial tells that some lanes of outer have none here.
	partial bool
	// full remembers of which lanes outside all have some here.
	full map[*lanes]bool
	// mask is set where the lanes are those of outer, but only some are at work; see mask.go.
	mask *mask
}

// active returns the lanes to evaluate in where l are the lanes at work and a value has lanes outer: outer, or if some of
// them are not at work lanes further inside of which all are.
func (l *lanes) active(outer *lanes) *lanes {
	if outer == nil || l.covers(outer) {
		return outer
	}
	at := l
	for !at.partial {
		at = at.outer
	}
	return at
}

// covers reports whether all lanes of outer have some in l.
func (l *lanes) covers(outer *lanes) bool {
	partial := false
	for m := l; m != outer; m = m.outer {
		if m.mask != nil {
			return false
		}
		partial = partial || m.partial
	}
	if !partial {
		return true
	}
	if full, ok := l.full[outer]; ok {
		return full
	}
	seen, left := make([]bool, outer.n), outer.n
	for _, b := range l.from(outer) {
		if !seen[b] {
			seen[b] = true
			left--
		}
	}
	if l.full == nil {
		l.full = make(map[*lanes]bool)
	}
	l.full[outer] = left == 0
	return left == 0
}

// level returns how many lanes are around l, itself included.
func (l *lanes) level() int {
	n := 0
	for ; l != nil; l = l.outer {
		n++
	}
	return n
}

// laneCount returns the number of lists of elements that a value with these lanes holds.
func laneCount(l *lanes) int {
	if l == nil {
		return 1
	}
	return l.n
}

// from returns for each lane of l the lane of outer that it belongs to, nil if that is lane 0 for all because outer is
// straight-line code, or because outer is l.
func (l *lanes) from(outer *lanes) []int {
	if l == outer || outer == nil {
		return nil
	}
	at := l.origin
	for m := l.outer; m != outer; m = m.outer {
		next := make([]int, len(at))
		for b, o := range at {
			next[b] = m.origin[o]
		}
		at = next
	}
	return at
}

// innermost returns the deepest lanes that the values have. All lie on one way through the tree.
func innermost(values []*Value) *lanes {
	var l *lanes
	for _, v := range values {
		for _, p := range v.Parts {
			if p.Lanes.level() > l.level() {
				l = p.Lanes
			}
		}
		if v.Lanes.level() > l.level() {
			l = v.Lanes
		}
	}
	return l
}

// spread returns v as lanes further inside see it: with one list of elements for each of them.
func (ev *evaluator) spread(v *Value, to *lanes) *Value {
	if v.Lanes == to {
		return v
	}
	if v.Parts != nil {
		w := *v
		w.Lanes, w.Parts = to, make([]*Value, len(v.Parts))
		for i, p := range v.Parts {
			w.Parts[i] = ev.spread(p, to)
		}
		return &w
	}
	from, old := ev.seenFrom(v, to), laneCount(v.Lanes)
	at := make([]int, 0, v.Size()*to.n)
	for e := range v.Size() {
		for b := range to.n {
			lane := 0
			if from != nil {
				lane = from[b]
			}
			at = append(at, e*old+lane)
		}
	}
	w := ev.gather(v, at)
	w.Type, w.Dims, w.Lanes = v.Type, v.Dims, to
	if w.Sym != nil {
		w.Sym = flatten(w.Sym, false)
	}
	return w
}

// restrict returns a value without lanes in which nothing runs now.
func (ev *evaluator) restrict(v *Value) *Value {
	if l := ev.lanes.active(v.Lanes); l != v.Lanes {
		return ev.spread(v, l)
	}
	return v
}

// lane returns the list of elements of one lane of a known value.
func (v *Value) lane(b int) *Value {
	if v.Lanes == nil {
		return v
	}
	w := *v
	w.Lanes = nil
	if v.Parts != nil {
		w.Parts = make([]*Value, len(v.Parts))
		for i, p := range v.Parts {
			w.Parts[i] = p.lane(b)
		}
		return &w
	}
	n := v.Size()
	if v.Type.IsInt() {
		w.Ints = make([]int, n)
		for e := range w.Ints {
			w.Ints[e] = v.Ints[e*v.Lanes.n+b]
		}
		return &w
	}
	w.Reals = make([]float64, n)
	for e := range w.Reals {
		w.Reals[e] = v.Reals[e*v.Lanes.n+b]
	}
	return &w
}

// stack puts known values of equal type and sizes, one for each lane, together.
func stack(list []*Value, to *lanes) *Value {
	w := *list[0]
	w.Lanes, w.Fixed = to, false
	if w.Parts != nil {
		w.Parts = make([]*Value, len(list[0].Parts))
		for i := range w.Parts {
			parts := make([]*Value, len(list))
			for b, v := range list {
				parts[b] = v.Parts[i]
			}
			w.Parts[i] = stack(parts, to)
		}
		return &w
	}
	n := w.Size()
	if w.Type.IsInt() {
		w.Ints = make([]int, n*to.n)
		for b, v := range list {
			for e, x := range v.Ints {
				w.Ints[e*to.n+b] = x
			}
		}
		return &w
	}
	w.Reals = make([]float64, n*to.n)
	for b, v := range list {
		for e, x := range v.Reals {
			w.Reals[e*to.n+b] = x
		}
	}
	return &w
}

// components returns the elements of v one by one: each a scalar, or a vector over the lanes where v has lanes.
func (ev *evaluator) components(v *Value) []expr.Expr {
	list := make([]expr.Expr, v.Size())
	x := ev.flat(v)
	for e := range list {
		switch {
		case v.Lanes != nil:
			list[e] = expr.Part(x, e*v.Lanes.n, v.Lanes.n)
		case x.IsScalar():
			list[e] = x
		default:
			list[e] = expr.At(x, e)
		}
	}
	return list
}

// assemble is the inverse of components: it puts elements, scalars or vectors over the lanes l, together. Scalars among
// vectors are the same in all lanes.
func assemble(list []expr.Expr, l *lanes) expr.Expr {
	if l == nil {
		return expr.Concat(list...)
	}
	full := make([]expr.Expr, len(list))
	for i, x := range list {
		if x.IsScalar() {
			x = expr.Repeat(x, []int{l.n})
		}
		full[i] = x
	}
	return expr.Concat(full...)
}
