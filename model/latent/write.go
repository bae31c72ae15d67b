package latent

import (
	"errors"
	"math"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// writer writes expressions over z.
type writer struct {
	s       *search
	total   int // latents
	at      []spot
	by      map[expr.Expr]expr.Expr // what stands in place of elements of q
	seen    map[expr.Expr]bool
	replace func(e expr.Expr) expr.Expr
	made    map[*block]*mapped
	err     error

	mappedLaws map[[2]int]*candidate // by term and law
}

// spot is where a coordinate is mapped.
type spot struct {
	b *block // nil for none
	k int    // its place there
}

// mapped holds the expressions of a block over z, each a vector or, of one
// latent, a scalar.
type mapped struct{ value, u, h, scale expr.Expr }

var errOrder = errors.New("latent: an element is needed before it is there")

func newWriter(s *search) *writer {
	w := &writer{
		s: s, at: make([]spot, s.m.Dim), by: make(map[expr.Expr]expr.Expr), seen: make(map[expr.Expr]bool),
		made: make(map[*block]*mapped), mappedLaws: make(map[[2]int]*candidate),
	}
	w.replace = expr.Replacing(w.by)
	for _, b := range s.blocks {
		w.total += len(b.coords)
		for _, c := range b.laws {
			w.mappedLaws[[2]int{c.term, c.law}] = c
		}
		for k, i := range b.coords {
			w.at[i] = spot{b, k}
		}
	}
	return w
}

// write fills out, or leaves it without latents if an expression cannot be
// written in order, which a cycle that the search has missed would cause.
func (w *writer) write(out *Map) {
	full := *out
	for _, b := range w.s.blocks {
		w.block(b)
		w.describe(b, &full)
	}
	for i, t := range w.s.m.Terms {
		if t.Jacobian && w.scaled(t.Site) {
			continue // part of the prior's
		}
		full.Terms = append(full.Terms, w.term(i, t))
	}
	if w.err != nil {
		for i := range out.Report {
			out.Report[i].Mapped, out.Report[i].Why = false, w.err.Error()
		}
		return
	}
	*out = full
}

// scaled reports whether a parameter with offset and multiplier is mapped.
func (w *writer) scaled(name string) bool {
	for _, b := range w.s.blocks {
		if b.form == Scaled && w.s.parameter(b.laws[0]).Name == name {
			return true
		}
	}
	return false
}

// describe adds a block to the lists of the result.
func (w *writer) describe(b *block, out *Map) {
	n := len(b.coords)
	slope := expr.Const(0)
	for k, i := range b.coords {
		l := Latent{Coordinate: i, Level: b.level, Previous: -1, Standardized: b.standardized()}
		if b.previous != nil && b.previous[k] >= 0 {
			l.Previous = b.base + b.previous[k]
		}
		out.Latents = append(out.Latents, l)
	}
	if b.linked() {
		slope = expr.Mul(full(b.slope, n), b.inner())
	}
	out.Model = append(out.Model, w.made[b].value)
	out.Location = append(out.Location, full(b.location, n))
	out.Scale = append(out.Scale, full(b.scale, n))
	out.Slope = append(out.Slope, full(slope, n))
}

func (b *block) standardized() bool { return b.form == Scaled || b.form == Standardized }

// heads counts the elements of a chain that depend on none before them.
func (b *block) heads() int {
	n := 0
	for _, p := range b.previous {
		if p < 0 {
			n++
		}
	}
	return n
}

// linked reports whether any element depends on another of the block.
func (b *block) linked() bool { return b.heads() < len(b.previous) }

// inner is 1 for elements that depend on the one before and 0 for others.
func (b *block) inner() expr.Expr {
	values := make([]float64, len(b.previous))
	for i, p := range b.previous {
		if p >= 0 {
			values[i] = 1
		}
	}
	return expr.Data("", tensor.Shape{len(values)}, values)
}

// block writes the values of a block's latents.
func (w *writer) block(b *block) {
	n := len(b.coords)
	setting := func(name string) expr.Expr { return part(expr.Settings(name, w.total), b.base, n) }
	a, root, c := setting(SqrtA), setting(SqrtB), setting(C)
	z := w.assemble(b.coords, func(i int) spot { return spot{} })
	location := b.location
	if b.form == Chain {
		location = b.drift
	}
	mu, sigma := w.in(location), w.in(b.scale)
	if !positive(sigma) {
		sigma = expr.Where(expr.Less(0, sigma), sigma, math.NaN())
	}
	v := expr.Mul(root, sigma)
	h := expr.Hypot(a, v)
	r := expr.Inv(h)
	beta := expr.Mul(v, r)
	if !b.standardized() {
		w2, rest := expr.Square(expr.Mul(a, r)), expr.Square(beta)
		x := expr.Add(expr.Add(expr.Mul(w2, mu), expr.Mul(rest, c)), expr.Mul(expr.Mul(sigma, r), z))
		if b.linked() {
			x, mu = w.scan(b, x, w2, mu)
		}
		w.made[b] = &mapped{value: x}
	}
	u := expr.Mul(expr.Add(z, expr.Mul(expr.Mul(root, beta), expr.Sub(c, mu))), r)
	if b.standardized() {
		w.made[b] = &mapped{value: u}
	}
	w.made[b].u, w.made[b].h, w.made[b].scale = u, h, sigma
	if err := w.made[b].value.Err(); err != nil {
		w.err = err
	}
}

// scan solves x_t = own_t + weight_t·slope_t·x_{t−1} along the chains of a
// block, and returns x and the locations drift + slope·x_{t−1}.
func (w *writer) scan(b *block, own, weight, drift expr.Expr) (x, location expr.Expr) {
	n := len(b.coords)
	slope := w.in(b.slope)
	if b.heads() > 1 {
		slope = expr.Mul(slope, b.inner())
	}
	outs, _ := expr.Scan(n, []expr.Expr{expr.Const(0)}, []expr.Expr{own, expr.Mul(weight, slope)}, nil,
		func(carry, step, _ []expr.Expr) (next, out []expr.Expr) {
			x := expr.Add(step[0], expr.Mul(step[1], carry[0]))
			return []expr.Expr{x}, []expr.Expr{x}
		})
	x = outs[0]
	before := expr.Concat(expr.Const(0), expr.Part(x, 0, n-1))
	return x, expr.Add(drift, expr.Mul(slope, before))
}

// term writes a term over z.
func (w *writer) term(i int, t model.Term) model.Term {
	any := false
	for l := range t.Laws {
		any = any || w.mappedLaws[[2]int{i, l}] != nil
	}
	if !any {
		x := w.in(t.LogDensity)
		if x == t.LogDensity {
			return t
		}
		return model.Term{Site: t.Site, LogDensity: x, Jacobian: t.Jacobian}
	}
	total := expr.Const(0)
	for l := range t.Laws {
		if c := w.mappedLaws[[2]int{i, l}]; c != nil {
			total = expr.Add(total, w.prior(c))
		} else {
			total = expr.Add(total, w.in(t.Laws[l].LogDensity))
		}
	}
	return model.Term{Site: t.Site, LogDensity: total}
}

// prior writes the log density that a law gives to its elements of z.
func (w *writer) prior(c *candidate) expr.Expr {
	b, m, n := c.mapped, w.made[c.mapped], len(c.coords)
	var at []int
	for i, law := range b.laws {
		if law == c {
			at = b.at[i]
		}
	}
	own := func(e expr.Expr) expr.Expr {
		if len(at) == len(b.coords) {
			return pickAll(e, at)
		}
		return pick(e, at)
	}
	var shape []expr.Expr
	for _, p := range c.family.Shape() {
		shape = append(shape, w.in(flat(p)))
	}
	law := w.s.lawOf(c)
	f := c.family.WithShape(shape).LogDensity(own(m.u))
	if law.Unnormalised {
		f = expr.DropStatic(f)
	}
	total := expr.Sub(expr.SumOver(f, n), expr.SumOver(expr.Log(own(m.h)), n))
	if law.Unnormalised && c.scale.Static() {
		total = expr.Add(total, expr.SumOver(expr.Log(c.scale), n)) // which the law leaves out
	}
	return total
}
