package latent

import (
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// in returns an expression of q as one of z.
func (w *writer) in(e expr.Expr) expr.Expr {
	w.collect(e)
	return w.replace(e)
}

// collect finds what stands in place of the elements of q in an expression.
func (w *writer) collect(e expr.Expr) {
	if w.seen[e] || e.Static() {
		return
	}
	w.seen[e] = true
	switch e.Kind {
	case expr.Param:
		w.put(e)
		return
	case expr.Slice, expr.Gather:
		if w.ready(e.In[0]) {
			break
		}
		if _, ok := positions(e); ok {
			w.put(e)
			return
		}
		if e.Kind == expr.Slice {
			x := narrow(e.In[0], e.Off, e.Shape)
			w.by[e] = w.in(x)
			return
		}
	}
	for _, a := range e.In {
		w.collect(a)
	}
}

// put replaces elements of q by what they are over z.
func (w *writer) put(e expr.Expr) {
	list, _ := positions(e)
	any := false
	for _, i := range list {
		any = any || w.at[i].b != nil
	}
	if !any {
		return
	}
	x := w.assemble(list, func(i int) spot { return w.at[i] })
	switch {
	case e.IsScalar() && !x.IsScalar():
		x = expr.At(x, 0)
	default:
		x = expr.Reshape(x, e.Shape)
	}
	w.by[e] = x
}

// ready reports whether all mapped elements that an expression depends on are
// there.
func (w *writer) ready(e expr.Expr) bool { return !w.s.finder.of(e).meets(w.pending) }

// narrow returns elements from off on of an expression, computed from no more
// elements than that takes where it works element by element.
func narrow(e expr.Expr, off int, shape tensor.Shape) expr.Expr {
	n := shape.Size()
	cut := func(e expr.Expr) expr.Expr {
		if n == 1 && len(shape) == 0 {
			return expr.At(e, off)
		}
		return expr.Reshape(expr.Part(e, off, n), shape)
	}
	switch {
	case e.Kind == expr.Map:
		in := make([]expr.Expr, len(e.In))
		for i, a := range e.In {
			if in[i] = a; !a.IsScalar() {
				in[i] = narrow(a, off, shape)
			}
		}
		return expr.Apply(e.Fn, in...)
	case e.Kind == expr.Slice:
		return narrow(e.In[0], e.Off+off, shape)
	}
	return cut(e)
}

// section is a run of elements of one block, or of one parameter that is not
// mapped.
type section struct {
	b       *block
	p       *model.Parameter
	from, n int
}

// mostSections bounds the pieces that are set side by side; more are picked by
// an index.
const mostSections = 16

// assemble returns the elements with the given coordinates, which of says where
// to find.
func (w *writer) assemble(list []int, of func(i int) spot) expr.Expr {
	var sections []section
	for _, i := range list {
		at := of(i)
		next := section{b: at.b, from: at.k, n: 1}
		if at.b == nil {
			next.p = &w.s.m.Parameters[w.s.owner[i]]
			next.from = i - next.p.Offset
		}
		if k := len(sections) - 1; k >= 0 {
			if last := &sections[k]; last.b == next.b && last.p == next.p && last.from+last.n == next.from {
				last.n++
				continue
			}
		}
		sections = append(sections, next)
	}
	if len(sections) > mostSections && len(sections) > len(list)/4 || len(sections) == len(list) && len(list) > 4 {
		return w.gather(sections, len(list))
	}
	parts := make([]expr.Expr, len(sections))
	for k, s := range sections {
		parts[k] = part(w.source(s), s.from, s.n)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return expr.Concat(parts...)
}

// source returns the vector or scalar that a section is part of.
func (w *writer) source(s section) expr.Expr {
	if s.b == nil {
		return leaf(s.p)
	}
	if w.made[s.b] == nil {
		w.err = errOrder
		return expr.Error(errOrder)
	}
	return w.made[s.b].value
}

// gather puts all sources of sections side by side and picks their elements.
func (w *writer) gather(sections []section, n int) expr.Expr {
	starts := make(map[section]int) // by block or parameter alone
	var parts []expr.Expr
	total := 0
	at := make([]int32, 0, n)
	for _, s := range sections {
		key := section{b: s.b, p: s.p}
		start, ok := starts[key]
		if !ok {
			source := w.source(s)
			if source.Err() != nil {
				return source
			}
			start = total
			starts[key] = start
			parts = append(parts, source)
			total += source.Size()
		}
		for k := range s.n {
			at = append(at, int32(start+s.from+k))
		}
	}
	from := parts[0]
	if len(parts) > 1 {
		from = expr.Concat(parts...)
	}
	return expr.Pick(from, &expr.Index{Values: at, Max: total, Fixed: true})
}

// leaf returns all of a parameter's part of q, as the model reads it.
func leaf(p *model.Parameter) expr.Expr {
	if len(p.Shape) == 0 {
		return expr.Unconstrained(p.Name, p.Offset, nil)
	}
	return expr.Unconstrained(p.Name, p.Offset, tensor.Shape{p.Size})
}
