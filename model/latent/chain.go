package latent

import (
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// lag is a dependence of the elements of a chain on those so many places before:
// slope·x[k − distance] for each element k with a link.
type lag struct {
	distance int
	slope    expr.Expr // a scalar or one element for each of the chain
	links    []bool
}

// farthest bounds the distance of the elements that one depends on: a season of
// twelve months.
const farthest = 12

// gaps reports whether an element has no link that is not among the first, which
// have nothing before them.
func (l *lag) gaps() bool { return slices.Contains(l.links[l.distance:], false) }

// mask is 1 for elements with a link and 0 for others.
func (l *lag) mask() expr.Expr {
	values := make([]float64, len(l.links))
	for i, linked := range l.links {
		if linked {
			values[i] = 1
		}
	}
	return expr.Data("", tensor.Shape{len(values)}, values)
}

// simple reports whether elements depend on the one right before alone.
func (b *block) simple() bool { return len(b.lags) == 1 && b.lags[0].distance == 1 }

// chain makes a block of the laws of a parameter whose locations are linear in a
// few elements before each; otherwise it says why not.
func (s *search) chain(list []*candidate, own set) (*block, string) {
	const nonlinear = "its location is not linear in other elements of it"
	b := newBlock(list)
	b.form = Chain
	forms := make(map[*candidate]linear)
	most := 0
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
		for _, t := range f.terms {
			if len(t.of) != len(c.coords) {
				return nil, nonlinear
			}
		}
		forms[c] = f
		most = max(most, len(f.terms))
	}
	b.drift = beside(list, func(c *candidate) expr.Expr { return forms[c].drift })
	var before []int // of each element, in the order of the laws, where it depends on one at most
	for _, c := range list {
		before = append(before, forms[c].only(len(c.coords))...)
	}
	order, ok := inOrder(b.coords, before)
	if !ok && most < 2 {
		return nil, "several elements depend on the same one, or each on others"
	}
	if most > 1 {
		order = byCoordinate(b.coords)
	}
	s.arrange(b, order)
	if why := s.link(b, forms, order); why != "" {
		return nil, why
	}
	return b, ""
}

// walking makes a block of standard latents that walk.
func (s *search) walking(c *candidate) (*block, string) {
	b := newBlock([]*candidate{c})
	b.drift = c.form.drift
	order, ok := inOrder(b.coords, c.form.terms[0].of)
	if !ok {
		return nil, "several elements depend on the same one, or each on others"
	}
	s.arrange(b, order)
	return b, s.link(b, map[*candidate]linear{c: c.form}, order)
}

// only lists the elements that those of a law depend on, −1 for none; it is of use
// where no element depends on two.
func (f linear) only(n int) []int {
	if len(f.terms) == 1 {
		return f.terms[0].of
	}
	none := make([]int, n)
	for i := range none {
		none[i] = -1
	}
	return none
}

// byCoordinate returns the order of the elements by their coordinates.
func byCoordinate(coords []int) []int {
	order := make([]int, len(coords))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return coords[a] - coords[b] })
	return order
}

// arrange brings the elements of a chain into order.
func (s *search) arrange(b *block, order []int) {
	place := make([]int, len(order)) // of each element in the order of the laws
	coords := make([]int, len(order))
	for k, i := range order {
		place[i], coords[k] = k, b.coords[i]
	}
	for _, at := range b.at {
		for j, i := range at {
			at[j] = place[i]
		}
	}
	for _, e := range []*expr.Expr{&b.location, &b.scale, &b.drift} {
		*e = pickAll(*e, order)
	}
	b.coords = coords
}

// link finds the lags of a chain whose elements are in order, and takes what
// depends on elements that are not in the block into the drift. It says why that
// cannot be done.
func (s *search) link(b *block, forms map[*candidate]linear, order []int) string {
	where := make(map[int]int, len(b.coords))
	for k, q := range b.coords {
		where[q] = k
	}
	byDistance := make(map[int]map[*candidate]expr.Expr)
	links := make(map[int][]bool)
	for l, c := range b.laws {
		for _, t := range forms[c].terms {
			distance, why := b.distance(t, b.at[l], where)
			if why != "" {
				return why
			}
			s.outside(b, t, b.at[l], where)
			if distance == 0 {
				continue
			}
			if links[distance] == nil {
				links[distance], byDistance[distance] = make([]bool, len(b.coords)), make(map[*candidate]expr.Expr)
			}
			if byDistance[distance][c] != nil {
				return "elements depend on one and the same by two ways"
			}
			byDistance[distance][c] = t.slope
			for j, q := range t.of {
				if _, inside := where[q]; inside {
					links[distance][b.at[l][j]] = true
				}
			}
		}
	}
	for d := 1; d <= farthest; d++ {
		if slopes := byDistance[d]; slopes != nil {
			b.lags = append(b.lags, lag{d, pickAll(besideSlopes(b.laws, slopes), order), links[d]})
		}
	}
	return ""
}

// distance returns how far before the elements at the given places those are that
// a term is of, 0 where it is of none in the block.
func (b *block) distance(t term, at []int, where map[int]int) (distance int, why string) {
	for j, q := range t.of {
		k, inside := where[q]
		if !inside {
			continue
		}
		d := at[j] - k
		switch {
		case d < 1 || d > farthest:
			return 0, "elements depend on others that are not a few places before"
		case distance != 0 && d != distance:
			return 0, "elements depend on others at different distances"
		}
		distance = d
	}
	return distance, ""
}

// outside takes a term's elements that are not in the block into the drift.
func (s *search) outside(b *block, t term, at []int, where map[int]int) {
	list := make([]expr.Expr, len(b.coords))
	slope, any := make([]expr.Expr, len(b.coords)), false
	for k := range list {
		list[k], slope[k] = expr.Const(0), expr.Const(0)
	}
	for j, q := range t.of {
		if _, inside := where[q]; inside || q < 0 {
			continue
		}
		any = true
		p := &s.m.Parameters[s.owner[q]]
		list[at[j]] = part(leaf(p), q-p.Offset, 1)
		slope[at[j]] = part(t.slope, j, 1)
	}
	if !any {
		return
	}
	by := sideBySide(slope)
	if t.slope.IsScalar() {
		by = t.slope
	}
	b.drift = expr.Add(b.drift, expr.Mul(by, sideBySide(list)))
}

// besideSlopes puts the slopes of laws side by side; one that all laws with a
// slope have stays a scalar.
func besideSlopes(list []*candidate, slopes map[*candidate]expr.Expr) expr.Expr {
	some := slices.DeleteFunc(slices.Clone(list), func(c *candidate) bool { return slopes[c] == nil })
	e := beside(some, func(c *candidate) expr.Expr { return slopes[c] })
	if e.IsScalar() || len(some) == len(list) {
		return e
	}
	return beside(list, func(c *candidate) expr.Expr {
		if slopes[c] == nil {
			return expr.Const(0)
		}
		return slopes[c]
	})
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
