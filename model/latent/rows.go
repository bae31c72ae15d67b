package latent

import (
	"slices"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// rowForm is an expression as drift + slope·x[at], row by row, x being the latents
// of a block.
type rowForm struct {
	drift, slope expr.Expr   // scalars or one for each row; slope is nil without latents
	at           *expr.Index // nil where row i has latent i
	single       bool        // all rows have the one at place
	place        int

	count, elements int
	sums            int // that depend on parameters and take all rows
}

// rows writes e in that form.
func (g *gathered) rows(e expr.Expr) (f rowForm, ok bool) {
	if !g.s.finder.of(e).meets(g.own) {
		return rowForm{drift: e}, true
	}
	switch e.Kind {
	case expr.Map:
		return g.rowsOfMap(e)
	case expr.Fill:
		return g.rows(flat(e.In[0]))
	case expr.Gather:
		f, ok = g.rows(flat(e.In[0]))
		if ok && !f.single && f.at == nil && f.slope != nil && e.In[0].Size() == g.n {
			f.drift, f.slope, f.at = pickBy(f.drift, e.Index), pickBy(f.slope, e.Index), e.Index
			return f, true
		}
	}
	if list, ok := positions(e); ok {
		return g.chosen(list)
	}
	return f, false
}

func pickBy(e expr.Expr, at *expr.Index) expr.Expr {
	if e.IsScalar() {
		return e
	}
	return expr.Pick(e, at)
}

// chosen is rows of coordinates of q as they are.
func (g *gathered) chosen(list []int) (f rowForm, ok bool) {
	f = rowForm{drift: expr.Const(0), slope: expr.Const(1)}
	at := make([]int32, len(list))
	for i, q := range list {
		k, inside := g.places[q]
		if !inside {
			return f, false
		}
		at[i] = int32(k)
	}
	switch {
	case len(list) == 1:
		f.single, f.place = true, int(at[0])
	case len(list) != g.n || slices.ContainsFunc(at, func(k int32) bool { return at[k] != k }):
		f.at = &expr.Index{Values: at, Max: g.n, Fixed: true}
	}
	return f, true
}

func (g *gathered) rowsOfMap(e expr.Expr) (f rowForm, ok bool) {
	parts := make([]rowForm, len(e.In))
	for i, a := range e.In {
		if parts[i], ok = g.rows(flat(a)); !ok {
			return f, false
		}
	}
	switch a := parts[0]; e.Fn {
	case ir.Neg:
		return a.each(expr.Neg), true
	case ir.Add:
		return a.plus(parts[1])
	case ir.Sub:
		return a.plus(parts[1].each(expr.Neg))
	case ir.Mul:
		b := parts[1]
		if a.slope == nil {
			a, b = b, a
		}
		return a.each(func(x any) expr.Expr { return expr.Mul(b.drift, x) }), b.slope == nil
	case ir.Div:
		b := parts[1].drift
		return a.each(func(x any) expr.Expr { return expr.Div(x, b) }), parts[1].slope == nil
	}
	return f, false
}

// each applies a linear function to drift and slope.
func (f rowForm) each(of func(x any) expr.Expr) rowForm {
	if v, ok := f.drift.ConstValue(); !ok || v != 0 {
		f.drift = of(f.drift)
	}
	if f.slope != nil {
		f.slope = of(f.slope)
	}
	return f
}

// plus adds two forms, of the same latents if both have some.
func (f rowForm) plus(g rowForm) (rowForm, bool) {
	if f.slope == nil {
		f, g = g, f
	}
	switch {
	case g.slope == nil:
	case f.single != g.single || f.place != g.place || !sameIndex(f.at, g.at):
		return f, false
	default:
		f.slope = expr.Add(f.slope, g.slope)
	}
	f.drift = expr.Add(f.drift, g.drift)
	return f, true
}

// sum returns, for each latent, the sum of w·e over its rows; for a single one a
// scalar. What does not vary with the rows is taken out of it, so that as much as
// can be is known from data alone.
func (f *rowForm) sum(w, e expr.Expr) expr.Expr {
	if x, ok := f.byLatent(w); ok && !w.IsScalar() && f.at != nil {
		return expr.Mul(x, f.sum(expr.Const(1), e))
	}
	of := func(x expr.Expr) expr.Expr { return f.sum(w, x) }
	if e.Kind == expr.Map && !e.Static() {
		switch a := e.In; e.Fn {
		case ir.Neg:
			return expr.Neg(of(a[0]))
		case ir.Add:
			return expr.Add(of(a[0]), of(a[1]))
		case ir.Sub:
			return expr.Sub(of(a[0]), of(a[1]))
		case ir.Mul:
			for i := range a {
				if x, ok := f.byLatent(a[i]); ok && (a[i].IsScalar() || f.at != nil) {
					return expr.Mul(x, of(a[1-i]))
				}
			}
			for i := range a {
				if a[i].Static() {
					return f.sum(expr.Mul(w, a[i]), a[1-i])
				}
			}
		case ir.Div:
			if a[1].IsScalar() {
				return expr.Div(of(a[0]), a[1])
			}
			if a[1].Static() {
				return f.sum(expr.Div(w, a[1]), a[0])
			}
		}
	}
	if w.IsScalar() {
		return expr.Mul(w, f.add(e))
	}
	if e.IsScalar() {
		return expr.Mul(e, f.add(w))
	}
	return f.add(expr.Mul(w, e))
}

// add returns, for each latent, the sum of e over its rows.
func (f *rowForm) add(e expr.Expr) expr.Expr {
	if x, ok := f.byLatent(e); ok {
		return expr.Mul(x, f.numbers())
	}
	if !e.Static() {
		f.sums++
	}
	switch {
	case f.single:
		return expr.SumOver(e, f.count)
	case f.at == nil:
		return e
	}
	return expr.SumBy(e, f.at, f.elements)
}

// numbers returns how many rows each latent has.
func (f *rowForm) numbers() expr.Expr {
	switch {
	case f.single:
		return expr.Const(float64(f.count))
	case f.at == nil:
		return expr.Const(1)
	}
	return expr.SumBy(expr.Repeat(1, tensor.Shape{f.count}), f.at, f.elements)
}

// byLatent returns an expression of rows that is the same for all rows of a latent
// as one of latents.
func (f *rowForm) byLatent(e expr.Expr) (expr.Expr, bool) {
	switch {
	case e.IsScalar() || f.at == nil && !f.single:
		return e, true
	case f.single:
		return nil, false
	case e.Kind == expr.Gather && sameIndex(e.Index, f.at) && e.In[0].Size() == f.elements:
		return flat(e.In[0]), true
	case e.Kind == expr.Map:
		in := make([]expr.Expr, len(e.In))
		for i, a := range e.In {
			x, ok := f.byLatent(a)
			if !ok {
				return nil, false
			}
			in[i] = x
		}
		return expr.Apply(e.Fn, in...), true
	}
	return nil, false
}

// sameIndex reports whether two indices are the same, and stay so with new data.
func sameIndex(a, b *expr.Index) bool {
	return a == b || a != nil && b != nil && a.Name == b.Name && a.Fixed == b.Fixed && slices.Equal(a.Values, b.Values)
}
