package latent

import (
	"slices"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// walk is a recurrence that a model computes from standard latents z,
//
//	x[t] = drift[t] + slope[t]·x[t−1] + scale[t]·z[t],
//
// by a loop or a running sum.
type walk struct {
	coords []int       // of z, those of the start first if the start is such a latent too
	node   expr.Expr   // the recurrence
	heads  []expr.Expr // nodes that are x: of a loop none, as parts of node are
	start  expr.Expr   // what x[0] follows, nil where that is one of coords
	offset expr.Expr   // of a running sum: x is node times factor plus offset
	factor expr.Expr
	first  expr.Expr // of a running sum: its first element where that is no latent

	location, scale, drift, slope expr.Expr // one element for each of coords
	before                        []int     // −1 for the first of coords
}

// walked finds walks among what a model computes from a parameter with a
// standard law. All other elements of it have location 0 and scale 1, which
// changes nothing for them.
func (s *search) walked(c *candidate) bool {
	own := newSet(s.m.Dim)
	own.add(c.coords...)
	var walks []*walk
	taken := newSet(s.m.Dim)
	for _, e := range s.allUses().recurrences {
		if !s.finder.of(e).meets(own) {
			continue
		}
		w, ok := s.walkOf(e, own)
		if !ok {
			continue
		}
		for _, q := range w.coords {
			if taken.has(q) {
				return false
			}
			taken.add(q)
		}
		walks = append(walks, w)
	}
	if len(walks) == 0 || !slices.ContainsFunc(walks, func(w *walk) bool { return !w.scale.Static() || !w.drift.Static() }) {
		return false
	}
	c.walks = walks
	s.besideWalks(c, taken)
	c.standardized = true
	c.deps = newSet(s.m.Dim)
	for _, e := range []expr.Expr{c.location, c.scale, c.form.drift, c.form.terms[0].slope} {
		c.deps.join(s.finder.of(e))
	}
	return true
}

// besideWalks puts walks and other elements together, in the order of the law.
func (s *search) besideWalks(c *candidate, taken set) {
	var coords, before, rest []int
	var location, scale, drift, slope []expr.Expr
	for _, w := range c.walks {
		coords, before = append(coords, w.coords...), append(before, w.before...)
		location, scale = append(location, w.location), append(scale, w.scale)
		drift, slope = append(drift, w.drift), append(slope, w.slope)
	}
	for _, q := range c.coords {
		if !taken.has(q) {
			rest = append(rest, q)
			before = append(before, -1)
		}
	}
	if n := len(rest); n > 0 {
		coords = append(coords, rest...)
		zero, one := expr.Repeat(0, tensor.Shape{n}), expr.Repeat(1, tensor.Shape{n})
		location, scale = append(location, zero), append(scale, one)
		drift, slope = append(drift, zero), append(slope, zero)
	}
	place := make(map[int]int)
	for i, q := range coords {
		place[q] = i
	}
	at, of := make([]int, len(coords)), make([]int, len(coords))
	for i, q := range c.coords {
		at[i] = place[q]
		of[i] = before[at[i]]
	}
	c.location, c.scale = pickAll(expr.Concat(location...), at), pickAll(expr.Concat(scale...), at)
	c.form = linear{pickAll(expr.Concat(drift...), at), []term{{pickAll(expr.Concat(slope...), at), of}}}
}

// walkOf reads a recurrence as a walk.
func (s *search) walkOf(e expr.Expr, own set) (*walk, bool) {
	if e.Kind == expr.CumSum {
		return s.sumWalk(e, own)
	}
	return s.loopWalk(e, own)
}

// sumWalk reads a running sum, multiplied by a number and added to one wherever it
// is used.
func (s *search) sumWalk(e expr.Expr, own set) (*walk, bool) {
	f, ok := s.linear(flat(e.In[0]), own)
	if !ok || len(f.terms) != 1 || e.Reverse {
		return nil, false
	}
	n, z := e.Size(), f.terms[0]
	w := &walk{node: e, heads: []expr.Expr{e}, factor: expr.Const(1), offset: expr.Const(0)}
	if n > 1 && (z.of[0] < 0 || !own.has(z.of[0])) { // what the walk starts from
		w.first = part(flat(e.In[0]), 0, 1)
		n, f.drift, z = n-1, part(f.drift, 1, n-1), term{part(z.slope, 1, n-1), z.of[1:]}
	}
	if !distinct(z.of, own) {
		return nil, false
	}
	w.coords = z.of
	if by, heads := s.around(w.heads, own, ir.Mul); by != nil {
		w.factor, w.heads = by, heads
	}
	if by, heads := s.around(w.heads, own, ir.Add); by != nil {
		w.offset, w.heads = by, heads
	}
	x := expr.Add(expr.Mul(w.factor, e), w.offset)
	w.start = w.offset
	if w.first != nil {
		w.first = expr.Add(expr.Mul(w.factor, w.first), w.offset)
		w.start, x = w.first, expr.Part(x, 1, n)
	}
	w.scale = full(expr.Mul(w.factor, z.slope), n)
	step := full(expr.Mul(w.factor, f.drift), n)
	w.follow(x, step, expr.Repeat(1, tensor.Shape{n}))
	return w, true
}

// follow sets location, drift and slopes of a walk of n steps from start, of which
// x are the elements and drift and slope those of its steps.
func (w *walk) follow(x, drift, slope expr.Expr) {
	n := x.Size()
	first := expr.Mul(part(slope, 0, 1), w.start)
	if n == 1 {
		w.location = expr.Concat(expr.Add(part(drift, 0, 1), first))
		w.drift, w.slope, w.before = w.location, expr.Repeat(0, tensor.Shape{1}), []int{-1}
		return
	}
	rest := expr.Part(slope, 1, n-1)
	w.location = expr.Add(drift, expr.Concat(first, expr.Mul(rest, expr.Part(x, 0, n-1))))
	w.drift = expr.Add(drift, expr.Concat(first, expr.Repeat(0, tensor.Shape{n - 1})))
	w.slope = expr.Concat(expr.Const(0), rest)
	w.before = append([]int{-1}, w.coords[:n-1]...)
}

// around returns the number that all uses of some nodes multiply or add, and what
// results; nil where they differ.
func (s *search) around(nodes []expr.Expr, own set, fn ir.Op) (by expr.Expr, results []expr.Expr) {
	u := s.allUses()
	for _, e := range nodes {
		for _, in := range u.of[e] {
			other := otherOf(in.by, e, fn)
			if other == nil || !other.IsScalar() || s.finder.of(other).meets(own) || by != nil && !same(by, other) {
				return nil, nil
			}
			by = other
			results = append(results, in.by)
		}
	}
	return by, results
}

// loopWalk reads a loop that carries one number and keeps it.
func (s *search) loopWalk(e expr.Expr, own set) (*walk, bool) {
	body := e.Scan
	if len(body.Carry) != 1 || len(body.Out) != 1 || body.Out[0] != body.Next[0] {
		return nil, false
	}
	n := e.Rows
	// The carried number stands behind the coordinates of q.
	carried := expr.Unconstrained("", s.m.Dim, tensor.Shape{n})
	by := map[expr.Expr]expr.Expr{body.Carry[0]: carried}
	for i, p := range body.Shared {
		by[p] = e.In[1+i]
	}
	for i, p := range body.Step {
		by[p] = e.In[1+len(body.Shared)+i]
	}
	next, ok := substitute(body.Next[0], by)
	if !ok || next.Err() != nil || next.Size() != n {
		return nil, false
	}
	wide := &search{m: s.m, finder: newFinder(s.m.Dim + n)}
	all := newSet(s.m.Dim + n)
	all.join(own)
	for i := range n {
		all.add(s.m.Dim + i)
	}
	f, ok := wide.linear(next, all)
	if !ok || len(f.terms) != 2 {
		return nil, false
	}
	carry, z := f.terms[0], f.terms[1]
	if carry.of[0] < s.m.Dim {
		carry, z = z, carry
	}
	if !isRun(carry.of, s.m.Dim) || !distinct(z.of, own) || len(z.of) != n || len(carry.of) != n {
		return nil, false
	}
	w := &walk{node: e, coords: z.of, start: e.In[0], scale: full(z.slope, n)}
	if s.finder.of(w.start).meets(own) {
		return s.started(w, own, full(f.drift, n), full(carry.slope, n))
	}
	w.follow(expr.Part(e, n, n), full(f.drift, n), full(carry.slope, n))
	return w, true
}

// started makes the start of a loop a latent of its own.
func (s *search) started(w *walk, own set, drift, slope expr.Expr) (*walk, bool) {
	n := w.node.Rows
	f, ok := s.linear(w.start, own)
	if !ok || len(f.terms) != 1 || !distinct(append(slices.Clone(f.terms[0].of), w.coords...), own) {
		return nil, false
	}
	w.coords = append(slices.Clone(f.terms[0].of), w.coords...)
	w.start = nil
	w.location = expr.Concat(f.drift, expr.Add(drift, expr.Mul(slope, expr.Part(w.node, 0, n))))
	w.scale = expr.Concat(f.terms[0].slope, w.scale)
	w.drift, w.slope = expr.Concat(f.drift, drift), expr.Concat(expr.Const(0), slope)
	w.before = append([]int{-1}, w.coords[:n]...)
	return w, true
}

// distinct reports whether a list holds elements of a set, each once.
func distinct(list []int, own set) bool {
	seen := make(map[int]bool)
	for _, q := range list {
		if q < 0 || seen[q] || q >= 64*len(own) || !own.has(q) {
			return false
		}
		seen[q] = true
	}
	return true
}

// substitute writes the body of a loop for all iterations at once.
func substitute(e expr.Expr, by map[expr.Expr]expr.Expr) (expr.Expr, bool) {
	if x, ok := by[e]; ok {
		return x, true
	}
	switch e.Kind {
	case expr.Literal:
		return e, true
	case expr.Map:
		in := make([]expr.Expr, len(e.In))
		for i, a := range e.In {
			x, ok := substitute(a, by)
			if !ok {
				return nil, false
			}
			in[i] = x
		}
		x := expr.Apply(e.Fn, in...)
		by[e] = x
		return x, true
	}
	return nil, false
}

// walks puts x, the values of a block of standard latents that walk, in place of
// what the model computes from them.
func (w *writer) walks(b *block, x expr.Expr) {
	for _, k := range b.laws[0].walks {
		at := make([]int, len(k.coords))
		for i, q := range k.coords {
			at[i] = w.at[q].k
		}
		values := pickAll(x, at)
		if len(at) < x.Size() {
			values = pick(x, at)
		}
		if values.IsScalar() {
			values = expr.Concat(values)
		}
		if k.node.Kind == expr.CumSum {
			if k.first != nil {
				values = expr.Concat(w.in(k.first), values)
			}
			for _, head := range k.heads {
				w.by[head], w.seen[head] = values, true
			}
			continue
		}
		n := k.node.Rows
		if k.start != nil {
			values = expr.Concat(w.in(k.start), values)
		}
		all := expr.Concat(expr.Part(values, 0, n), expr.Part(values, 1, n), expr.At(values, n))
		w.by[k.node], w.seen[k.node] = all, true
		for _, in := range w.s.allUses().of[k.node] {
			if in.by.Kind == expr.Slice {
				one := narrow(all, in.by.Off, in.by.Shape)
				w.by[in.by], w.seen[in.by] = one, true
			}
		}
	}
}
