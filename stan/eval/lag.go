package eval

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
)

// lag is an element of a variable as an earlier iteration wrote it, the one back iterations ago.
type lag struct {
	v    *variable
	back int
	hole expr.Expr
	// at are the positions that the lanes read, old the elements there before the loop. on tells which lanes read at all;
	// nil means all.
	at  []int
	old expr.Expr
	on  []bool
}

// lagged returns elements of which some were written by earlier iterations, nil where none were.
func (ev *evaluator) lagged(v *variable, p *place) (*Value, error) {
	a := ev.attempt
	acc := a.shared[v]
	if acc == nil || acc.known == nil {
		return nil, nil
	}
	acc.prepare(v)
	if !acc.anyWritten(p.at) {
		return nil, nil
	}
	on, ok := p.lanes.working(a.lanes)
	if !ok {
		return nil, notTogether{"it reads what other iterations write"}
	}
	n := a.lanes.n
	old := ev.loadAt(v, p.at)
	list := make([]expr.Expr, 0, p.size())
	any := false
	for e := range p.size() {
		at := p.at[e*n : (e+1)*n]
		back, err := acc.source(at, a.lanes.groups(), on)
		if err != nil {
			return nil, err
		}
		current := ev.shaped(ev.gatherList(old, e*n, n), realType, nil, a.lanes)
		if back == 0 {
			list = append(list, ev.flat(current))
			continue
		}
		any = true
		list = append(list, a.lagOf(v, back, at, ev.components(harmless(current))[0], on).hole)
	}
	if !any {
		return nil, nil
	}
	return symIn(p.typ, p.dims, p.lanes, assemble(list, a.lanes)), nil
}

// anyWritten reports whether some iteration writes one of the elements.
func (acc *access) anyWritten(at []int) bool {
	for _, p := range at {
		if acc.known.writer[p] >= 0 {
			return true
		}
	}
	return false
}

// gatherList returns n elements of a list from a position on.
func (ev *evaluator) gatherList(x *Value, from, n int) *Value {
	switch {
	case x.Sym != nil:
		return &Value{Sym: expr.Part(x.Sym, from, n)}
	case x.Ints != nil:
		return &Value{Ints: x.Ints[from : from+n]}
	}
	return &Value{Reals: x.Reals[from : from+n]}
}

// harmless puts 1 in the place of known elements that are NaN: nobody needs them, and NaN would spoil derivatives.
func harmless(v *Value) *Value {
	if v.Sym != nil {
		return v
	}
	w := *v
	w.Reals = slices.Clone(v.Reals)
	for i, x := range w.Reals {
		if math.IsNaN(x) {
			w.Reals[i] = 1
		}
	}
	return &w
}

// source finds how many iterations ago what lane b reads at at[b] was written: 0 where no earlier iteration writes it.
// Starts are the first lanes of groups, whose iterations are independent; on tells which lanes read, nil that all do.
func (acc *access) source(at, starts []int, on []bool) (back int, err error) {
	other := notTogether{"iterations read what others write, not all from as far back"}
	first, g := 0, 0
	for b, p := range at {
		if g < len(starts) && starts[g] == b {
			first, g = b, g+1
		}
		if on != nil && !on[b] {
			continue
		}
		w := int(acc.known.writer[p])
		if now := int(acc.writer[p]); now >= 0 && now != b {
			return 0, notTogether{"an element is read behind its assignment by another iteration"}
		}
		switch {
		case w >= 0 && w < first:
			return 0, other
		case w < 0 || w >= b:
			if back > 0 && b-first >= back {
				return 0, other
			}
		case back == 0:
			if w != first && (on == nil || on[first]) {
				return 0, other
			}
			back = b - w
		case b-w != back:
			return 0, other
		}
	}
	return back, nil
}

// lagOf returns the lag of a read, the same for the same read.
func (a *attempt) lagOf(v *variable, back int, at []int, old expr.Expr, on []bool) *lag {
	for _, g := range a.lags {
		if g.v == v && g.back == back && equalInts(g.at, at) && slices.Equal(g.on, on) {
			return g
		}
	}
	g := &lag{v: v, back: back, hole: a.hole(), at: at, old: old, on: on}
	a.lags = append(a.lags, g)
	return g
}

// leftBy returns what each lane wrote of what the lanes back iterations later read: the content of the variable now, after
// the body. Of lanes whose element nobody reads it does not matter.
func (ev *evaluator) leftBy(a *attempt, g *lag) (expr.Expr, error) {
	acc := a.shared[g.v]
	if g.v.parts == nil || acc.writer == nil {
		return nil, notTogether{"not all iterations write what later ones read"}
	}
	wrote := make([][]int, a.lanes.n)
	for p, b := range acc.writer {
		if b >= 0 {
			wrote[b] = append(wrote[b], p)
		}
	}
	list := append(slices.Clip(g.v.parts.list), &Value{Sym: g.hole})
	refs := make([]ref, a.lanes.n)
	last := int32(-1)
	for b := range refs {
		refs[b] = ref{int32(len(list) - 1), int32(b)}
		if r := b + g.back; r < len(refs) && g.reads(a.lanes, b, r) {
			p := g.at[r]
			if int(acc.writer[p]) != b {
				return nil, notTogether{"not all iterations write what later ones read"}
			}
			refs[b], last = g.v.parts.refs[p], acc.write[p]
			continue
		}
		for _, p := range wrote[b] {
			if acc.write[p] == last {
				refs[b] = g.v.parts.refs[p]
			}
		}
	}
	next := ev.compose(list, refs)
	return full(flatten(ev.flat(ev.shaped(next, realType, nil, a.lanes)), false), a.lanes.n, nil, a.lanes), nil
}

// reads reports whether lane r reads what lane b of its group wrote.
func (g *lag) reads(l *lanes, b, r int) bool {
	return (l.origin == nil || l.origin[b] == l.origin[r]) && (g.on == nil || g.on[r])
}

// before returns what lane number skip of each group read, or of the only one: a vector over the groups or a scalar.
func (ev *evaluator) before(l *lanes, old expr.Expr, skip int) expr.Expr {
	if l.outer == nil {
		return expr.At(old, min(skip, l.n-1))
	}
	starts := l.groups()
	at := make([]int, len(starts))
	for g, b := range starts {
		end := l.n
		if g+1 < len(starts) {
			end = starts[g+1]
		}
		at[g] = min(b+skip, end-1) // a group with fewer lanes does not get so far
	}
	return ev.pick(old, at)
}
