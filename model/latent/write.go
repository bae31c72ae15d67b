package latent

import (
	"errors"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
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
	pending set // coordinates of blocks that are not made yet

	mappedLaws map[[2]int][]*candidate // by term and law
}

// spot is where a coordinate is mapped.
type spot struct {
	b *block // nil for none
	k int    // its place there
}

// mapped holds the expressions of a block over z, each a vector or, of one
// latent, a scalar.
type mapped struct {
	value, u expr.Expr
	logH     expr.Expr // Σ log h, a scalar
	stretch  expr.Expr // Σ log |dq/dz|, a scalar
	alike    bool      // all laws have one standard density
}

var errOrder = errors.New("latent: an element is needed before it is there")

func newWriter(s *search) *writer {
	w := &writer{
		s: s, at: make([]spot, s.m.Dim), by: make(map[expr.Expr]expr.Expr), seen: make(map[expr.Expr]bool),
		made: make(map[*block]*mapped), mappedLaws: make(map[[2]int][]*candidate),
	}
	w.replace, w.pending = expr.Replacing(w.by), newSet(s.m.Dim)
	for _, b := range s.blocks {
		w.total += len(b.coords)
		w.pending.add(b.coords...)
		for _, c := range b.laws {
			k := [2]int{c.term, c.law}
			w.mappedLaws[k] = append(w.mappedLaws[k], c)
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
	full.w, full.LogJacobian = w, expr.Const(0)
	for _, b := range w.s.blocks {
		w.block(b)
		w.describe(b, &full)
		full.LogJacobian = expr.Add(full.LogJacobian, w.made[b].stretch)
	}
	w.check(full.LogJacobian)
	for i, t := range w.s.m.Terms {
		if t.Jacobian && w.transformed(t.Site) {
			continue // part of the prior's
		}
		term := w.term(i, t)
		full.Terms = append(full.Terms, term)
		w.check(term.LogDensity)
	}
	for _, list := range [][]expr.Expr{full.Model, full.Location, full.Scale, full.Slope} {
		w.check(list...)
	}
	if w.err != nil {
		for i := range out.Report {
			out.Report[i].Mapped, out.Report[i].Why = false, w.err.Error()
		}
		return
	}
	*out = full
}

// transformed reports whether a parameter is mapped whose transform is part of
// the map.
func (w *writer) transformed(name string) bool {
	for _, b := range w.s.blocks {
		if (b.form == Scaled || b.laws[0].logs) && w.s.parameter(b.laws[0]).Name == name {
			return true
		}
	}
	return false
}

// describe adds a block to the lists of the result.
func (w *writer) describe(b *block, out *Map) {
	n := len(b.coords)
	var slopes []expr.Expr
	var at []int // in slopes, of each link
	for _, l := range b.lags {
		slopes = append(slopes, full(l.slope, n))
	}
	for k, i := range b.coords {
		one := Latent{Coordinate: i, Level: b.level, Standardized: b.standardized()}
		for j, l := range b.lags {
			if l.links[k] {
				one.Previous = append(one.Previous, b.base+k-l.distance)
				at = append(at, j*n+k)
			}
		}
		out.Latents = append(out.Latents, one)
	}
	if len(at) > 0 {
		out.Slope = append(out.Slope, pickAll(expr.Concat(slopes...), at))
	}
	out.Model = append(out.Model, w.made[b].value)
	out.Location = append(out.Location, full(b.location, n))
	out.Scale = append(out.Scale, full(b.scale, n))
}

func (b *block) standardized() bool { return b.form == Scaled || b.form == Standardized }

// block writes the values of a block's latents. The derivatives are written by
// hand: the formulas share most of their parts, which differentiation would not
// see.
func (w *writer) block(b *block) {
	n := len(b.coords)
	setting := func(name string) expr.Expr { return part(expr.Settings(name, w.total), b.base, n) }
	k := newKernel(setting(SqrtA), setting(SqrtB), setting(C))
	k.z = w.assemble(b.coords, func(i int) spot { return spot{} })
	location := b.location
	if b.drift != nil {
		location = b.drift
	}
	k.mu, k.sigma = w.in(location), w.in(b.scale)
	switch {
	case b.positive || positive(k.sigma):
	case b.form == Standardized:
		k.signed = true // what a model multiplies standard latents by may have any sign
	default:
		k.sigma = expr.Where(expr.Less(0, k.sigma), k.sigma, math.NaN())
	}
	k.scale(n)
	m := &mapped{logH: k.height(n), alike: w.alike(b)}
	var x expr.Expr
	if len(b.lags) > 0 {
		slopes := make([]expr.Expr, len(b.lags))
		for i, l := range b.lags {
			slopes[i] = w.in(l.slope)
		}
		x = k.chain(b, slopes)
	}
	m.u = k.standard()
	switch {
	case b.standardized():
		m.value, m.stretch = m.u, expr.Neg(m.logH)
	case x != nil:
		m.value = x
	default:
		m.value = k.value(m.u)
	}
	if m.stretch == nil {
		m.stretch = expr.Sub(expr.SumOver(expr.Log(k.sigma), n), m.logH)
	}
	w.made[b] = m
	w.pending.remove(b.coords...)
	if len(b.laws[0].walks) > 0 {
		if x == nil { // walks of one element each
			x = k.value(m.u)
		}
		w.walks(b, x)
	}
	if e := b.laws[0].residual; e != nil {
		w.by[e], w.seen[e] = m.u, true
	}
}

// check keeps the error of an expression.
func (w *writer) check(list ...expr.Expr) {
	for _, e := range list {
		if err := e.Err(); err != nil && w.err == nil {
			w.err = err
		}
	}
}

// term writes a term over z.
func (w *writer) term(i int, t model.Term) model.Term {
	any := false
	for l := range t.Laws {
		any = any || len(w.mappedLaws[[2]int{i, l}]) > 0
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
		list := w.mappedLaws[[2]int{i, l}]
		for _, c := range list {
			total = expr.Add(total, w.prior(c))
		}
		if len(list) == 0 || list[0].mapped.asIs {
			total = expr.Add(total, w.in(t.Laws[l].LogDensity))
		}
	}
	return model.Term{Site: t.Site, LogDensity: total}
}

// prior writes the log density that a law gives to its elements of z. The first
// law of a block speaks for all of it as far as the laws are of one kind.
func (w *writer) prior(c *candidate) expr.Expr {
	b, m, n := c.mapped, w.made[c.mapped], len(c.coords)
	if b.asIs { // the law stays as it is, at x
		if c == b.laws[0] {
			return m.stretch
		}
		return expr.Const(0)
	}
	law := w.s.lawOf(c)
	total := expr.Const(0)
	if c == b.laws[0] {
		total = expr.Neg(m.logH)
	}
	if law.Unnormalised && c.scale.Static() && !c.standardized {
		total = expr.Add(total, expr.SumOver(expr.Log(c.scale), n)) // which the law leaves out
	}
	if c.extra != nil {
		total = expr.Add(total, w.in(c.extra))
	}
	u := m.u
	if m.alike {
		if c != b.laws[0] {
			return total
		}
		n = len(b.coords)
	} else {
		u = pick(u, b.at[slices.Index(b.laws, c)])
	}
	var shape []expr.Expr
	for _, p := range c.family.Shape() {
		shape = append(shape, w.in(flat(p)))
	}
	f := c.family.WithShape(shape).LogDensity(u)
	if law.Unnormalised {
		f = expr.DropStatic(f)
	}
	return expr.Add(total, expr.SumOver(f, n))
}

// alike reports whether all laws of a block have one standard density.
func (w *writer) alike(b *block) bool {
	first := w.s.lawOf(b.laws[0])
	for _, c := range b.laws {
		if c.family.Name() != b.laws[0].family.Name() || w.s.lawOf(c).Unnormalised != first.Unnormalised ||
			len(b.laws) > 1 && len(c.family.Shape()) > 0 {
			return false
		}
	}
	return true
}
