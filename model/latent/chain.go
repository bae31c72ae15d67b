package latent

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// linear is drift + slope·x[previous], element by element.
type linear struct {
	drift, slope expr.Expr // slope is nil where nothing depends on x
	previous     []int     // coordinates, −1 where an element depends on none
}

// chain makes a block of the laws of a parameter whose locations are linear in
// one element before each; otherwise it says why not.
func (s *search) chain(list []*candidate, own set) (*block, string) {
	const nonlinear = "its location is not linear in one other element of it"
	b := newBlock(list)
	b.form = Chain
	var before []int // of each element in the order of the laws: a coordinate
	slopes, drifts := make(map[*candidate]expr.Expr), make(map[*candidate]expr.Expr)
	for _, c := range list {
		if c.offset != nil {
			return nil, "it has an offset or multiplier and depends on itself"
		}
		if s.finder.of(c.scale).meets(own) {
			return nil, "its scale depends on other elements of it"
		}
		f, ok := s.linear(c.location, own)
		if !ok {
			return nil, nonlinear
		}
		switch {
		case f.slope == nil:
			f.previous = make([]int, len(c.coords))
			for i := range f.previous {
				f.previous[i] = -1
			}
		case len(f.previous) != len(c.coords):
			return nil, nonlinear
		}
		slopes[c], drifts[c] = f.slope, f.drift
		before = append(before, f.previous...)
	}
	order, ok := inOrder(b.coords, before)
	if !ok {
		return nil, "several elements depend on the same one, or each on others"
	}
	b.drift = beside(list, func(c *candidate) expr.Expr { return drifts[c] })
	b.slope = beside(withSlope(list, slopes), func(c *candidate) expr.Expr { return slopes[c] })
	if !b.slope.IsScalar() && len(slopes) > 1 {
		b.slope = beside(list, func(c *candidate) expr.Expr {
			if slopes[c] == nil {
				return expr.Const(0)
			}
			return slopes[c]
		})
	}
	s.arrange(b, order, before)
	return b, ""
}

func withSlope(list []*candidate, slopes map[*candidate]expr.Expr) []*candidate {
	var some []*candidate
	for _, c := range list {
		if slopes[c] != nil {
			some = append(some, c)
		}
	}
	return some
}

// arrange brings the elements of a chain into order and takes what depends on
// elements that are not in the block into the drift.
func (s *search) arrange(b *block, order, before []int) {
	n := len(order)
	place := make([]int, n) // of each element in the order of the laws
	where := make(map[int]int, n)
	coords := make([]int, n)
	for k, i := range order {
		place[i], coords[k] = k, b.coords[i]
		where[coords[k]] = k
	}
	for _, at := range b.at {
		for j, i := range at {
			at[j] = place[i]
		}
	}
	for _, e := range []*expr.Expr{&b.location, &b.scale, &b.drift, &b.slope} {
		*e = pickAll(*e, order)
	}
	b.coords, b.previous = coords, make([]int, n)
	outside, any := make([]expr.Expr, n), false
	for k, i := range order {
		b.previous[k], outside[k] = -1, expr.Const(0)
		if before[i] < 0 {
			continue
		}
		if j, ok := where[before[i]]; ok {
			b.previous[k] = j
			continue
		}
		any = true
		p := &s.m.Parameters[s.owner[before[i]]]
		outside[k] = part(leaf(p), before[i]-p.Offset, 1)
	}
	if any {
		b.drift = expr.Add(b.drift, expr.Mul(b.slope, sideBySide(outside)))
	}
}

// sideBySide makes a vector of scalars; runs of zeros stay one piece.
func sideBySide(list []expr.Expr) expr.Expr {
	if len(list) == 1 {
		return list[0]
	}
	var parts []expr.Expr
	zeros := 0
	flush := func() {
		if zeros > 0 {
			parts = append(parts, expr.Repeat(0, tensor.Shape{zeros}))
			zeros = 0
		}
	}
	for _, e := range list {
		if v, ok := e.ConstValue(); ok && v == 0 {
			zeros++
			continue
		}
		flush()
		parts = append(parts, e)
	}
	flush()
	return expr.Concat(parts...)
}

// pickAll is pick that leaves a vector in its order as it is.
func pickAll(e expr.Expr, at []int) expr.Expr {
	if isRun(at, 0) {
		return e
	}
	return pick(e, at)
}

// inOrder lists the elements, each right after the one that it depends on;
// before holds that one's coordinate. It fails where two depend on the same, or
// where they go round.
func inOrder(coords, before []int) (order []int, ok bool) {
	where := make(map[int]int, len(coords))
	for i, q := range coords {
		where[q] = i
	}
	next := make(map[int]int)
	for i, q := range before {
		j, internal := where[q]
		if !internal {
			continue
		}
		if _, taken := next[j]; taken {
			return nil, false
		}
		next[j] = i
	}
	for i, q := range before {
		if _, internal := where[q]; internal {
			continue
		}
		for at, more := i, true; more; at, more = next[at], has(next, at) {
			order = append(order, at)
		}
	}
	return order, len(order) == len(coords)
}

func has(m map[int]int, k int) bool {
	_, ok := m[k]
	return ok
}

// linear writes e in terms of elements of own, at most one for each element of
// e.
func (s *search) linear(e expr.Expr, own set) (f linear, ok bool) {
	if !s.finder.of(e).meets(own) {
		return linear{drift: e}, true
	}
	if list, ok := positions(e); ok {
		return linear{drift: expr.Const(0), slope: expr.Const(1), previous: list}, true
	}
	switch e.Kind {
	case expr.Map:
		return s.linearMap(e, own)
	case expr.Slice:
		f, ok = s.linear(e.In[0], own)
		if !ok {
			return f, false
		}
		n := e.Size()
		for _, x := range []*expr.Expr{&f.drift, &f.slope} {
			*x = part(*x, e.Off, n)
		}
		f.previous = f.previous[e.Off : e.Off+n]
		return f, true
	case expr.Assemble:
		return s.linearPieces(e, own)
	}
	return f, false
}

func (s *search) linearMap(e expr.Expr, own set) (f linear, ok bool) {
	parts := make([]linear, len(e.In))
	for i, a := range e.In {
		if parts[i], ok = s.linear(flat(a), own); !ok {
			return f, false
		}
		if parts[i].slope != nil && len(parts[i].previous) != e.Size() {
			return f, false // one element for all
		}
	}
	each := func(of func(x expr.Expr) expr.Expr) (linear, bool) {
		f := linear{parts[0].drift, of(parts[0].slope), parts[0].previous}
		if v, ok := f.drift.ConstValue(); !ok || v != 0 {
			f.drift = of(f.drift)
		}
		return f, true
	}
	switch e.Fn {
	case ir.Neg:
		return each(func(x expr.Expr) expr.Expr { return expr.Neg(x) })
	case ir.Mul:
		if parts[0].slope == nil {
			parts[0], parts[1] = parts[1], parts[0]
		}
		if parts[1].slope != nil {
			return f, false
		}
		return each(func(x expr.Expr) expr.Expr { return expr.Mul(parts[1].drift, x) })
	case ir.Div:
		if parts[1].slope != nil {
			return f, false
		}
		return each(func(x expr.Expr) expr.Expr { return expr.Div(x, parts[1].drift) })
	case ir.Add, ir.Sub:
		return sum(e.Fn, parts[0], parts[1])
	}
	return f, false
}

// sum adds or subtracts.
func sum(fn ir.Op, a, b linear) (f linear, ok bool) {
	f.drift = expr.Add(a.drift, b.drift)
	if fn == ir.Sub {
		f.drift = expr.Sub(a.drift, b.drift)
	}
	f.slope, f.previous = a.slope, a.previous
	switch {
	case b.slope == nil:
	case a.slope == nil:
		f.slope, f.previous = b.slope, b.previous
		if fn == ir.Sub {
			f.slope = expr.Neg(f.slope)
		}
	default:
		for i, q := range b.previous {
			if a.previous[i] != q {
				return f, false
			}
		}
		f.slope = expr.Apply(fn, a.slope, b.slope)
	}
	return f, true
}

// linearPieces sets linear pieces side by side.
func (s *search) linearPieces(e expr.Expr, own set) (f linear, ok bool) {
	var drifts, slopes []expr.Expr
	for k, piece := range e.In {
		n := piece.Size()
		g, ok := s.linear(flat(piece), own)
		if !ok || e.Offs[k] != len(f.previous) {
			return f, false
		}
		if g.slope == nil {
			g.slope = expr.Const(0)
			for range n {
				g.previous = append(g.previous, -1)
			}
		}
		drifts, slopes = append(drifts, full(g.drift, n)), append(slopes, full(g.slope, n))
		f.previous = append(f.previous, g.previous...)
	}
	f.drift, f.slope = expr.Concat(drifts...), expr.Concat(slopes...)
	return f, len(f.previous) == e.Size()
}
