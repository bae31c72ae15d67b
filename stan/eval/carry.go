package eval

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// What an iteration hands to the next one is a placeholder while the body runs in lanes: a vector over the lanes that
// stands for what the lane before left. Once the body has run, each placeholder has its successor, an expression of
// placeholders. Where that does not lead back to the placeholder, the vector of what the lanes before left is the
// successor, moved by one lane. Where it does, the loop is a recurrence: it becomes a scan.

// carry is one number that goes from iteration to iteration.
type carry struct {
	// hole is the placeholder: a vector over the lanes.
	hole expr.Expr
	// init is the number before the first iteration: a scalar, or where the loop lies within lanes a vector with an element
	// for each of its groups.
	init expr.Expr
	// next is what an iteration leaves, a vector over the lanes.
	next expr.Expr
}

// private is a variable with a content of its own in each lane.
type private struct {
	v      *variable
	before variable
	carry  []*carry
}

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

// mostCarried bounds the elements of a variable that goes from iteration to iteration.
const mostCarried = 64

func (a *attempt) hole() expr.Expr {
	h := expr.Unconstrained("carried", 0, tensor.Shape{a.lanes.n})
	a.holes[h] = true
	return h
}

// groups lists the first lane of each group of lanes that belong to one lane outside, in order.
func (l *lanes) groups() []int {
	starts := []int{0}
	if l.origin == nil {
		return starts
	}
	for b := 1; b < l.n; b++ {
		if l.origin[b] != l.origin[b-1] {
			starts = append(starts, b)
		}
	}
	return starts
}

// makePrivate gives a variable a content of its own in each lane: placeholders for what the iteration before left.
func (ev *evaluator) makePrivate(a *attempt, v *variable) error {
	if v.home != a.lanes.outer && !distinctLanes(a.lanes.outer, v.home) {
		return notTogether{"several assign to " + v.sym.Name}
	}
	ev.bringHome(v)
	p := &private{v: v, before: v.clone()}
	a.carried = append(a.carried, p)
	whole := ev.load(v)
	v.home = a.lanes
	v.parts, v.owned = nil, false
	switch size := product(v.dims); {
	case v.typ.IsInt() || whole.Parts != nil || !ev.symbolic:
		v.value, v.refuse = ev.spread(whole, a.lanes), "it reads what the iteration before left in "+v.sym.Name
		return nil
	case size > mostCarried:
		return notTogether{"too many elements go from one iteration to the next"}
	}
	if a.lanes.outer != nil {
		whole = ev.spread(whole, a.lanes.outer)
	}
	v.value, v.parts = nil, &pieces{}
	for e, init := range ev.components(whole) {
		c := &carry{hole: a.hole(), init: ev.ofGroups(a.lanes, init)}
		p.carry = append(p.carry, c)
		v.parts.list = append(v.parts.list, &Value{Sym: c.hole})
		for b := range a.lanes.n {
			v.parts.refs = append(v.parts.refs, ref{int32(e), int32(b)})
		}
	}
	a.tracing = true
	return nil
}

// distinctLanes reports whether no two lanes of l belong to the same one of outer.
func distinctLanes(l, outer *lanes) bool {
	if l == outer {
		return true
	}
	if outer == nil {
		return l.n == 1
	}
	return distinct(l.from(outer))
}

// ofGroups picks from a vector over the lanes around those that have lanes in l; a scalar where there are none around.
func (ev *evaluator) ofGroups(l *lanes, x expr.Expr) expr.Expr {
	if l.outer == nil || x.IsScalar() {
		return x
	}
	starts := l.groups()
	at := make([]int, len(starts))
	for g, b := range starts {
		at[g] = l.origin[b]
	}
	return ev.pick(x, at)
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

// carries returns everything that goes from one iteration to the next. An element that is read back iterations later is
// handed on that often.
func (ev *evaluator) carries(a *attempt) ([]*carry, error) {
	around := ev.attempt
	ev.attempt = a
	defer func() { ev.attempt = around }()
	var list []*carry
	for _, p := range a.carried {
		if len(p.carry) == 0 {
			continue
		}
		for e, x := range ev.components(ev.load(p.v)) {
			p.carry[e].next = full(x, a.lanes.n, nil, a.lanes)
		}
		list = append(list, p.carry...)
	}
	for _, g := range a.lags {
		next, err := ev.leftBy(a, g)
		if err != nil {
			return nil, err
		}
		for j := 1; j <= g.back; j++ {
			c := &carry{init: ev.before(a.lanes, g.old, g.back-j), next: next}
			if c.hole = g.hole; j < g.back {
				c.hole = a.hole()
			}
			list = append(list, c)
			next = c.hole
		}
	}
	return list, nil
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

// settleCarried replaces all placeholders by what they stand for, in the terms added since and in the variables.
func (ev *evaluator) settleCarried(a *attempt, outside []*variable, terms int) error {
	list, err := ev.carries(a)
	if err != nil {
		return err
	}
	by, err := ev.resolve(a, list)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		for i := terms; i < len(ev.terms); i++ {
			ev.terms[i].x = expr.Replace(ev.terms[i].x, by)
		}
		for _, v := range outside {
			v.replace(by)
		}
	}
	for _, p := range a.carried {
		ev.unprivate(a, p)
	}
	return nil
}

// replace puts known expressions in the place of placeholders in a variable's content.
func (v *variable) replace(by map[expr.Expr]expr.Expr) {
	in := func(x *Value) *Value {
		if x == nil || x.Sym == nil {
			return x
		}
		w := *x
		w.Sym = expr.Replace(x.Sym, by)
		return &w
	}
	v.value = in(v.value)
	if v.parts != nil {
		for i, x := range v.parts.list {
			v.parts.list[i] = in(x)
		}
	}
}

// unprivate makes the content of the last lane the variable's content again, of the last lane of each group if there are
// lanes around.
func (ev *evaluator) unprivate(a *attempt, p *private) {
	v := p.v
	if v.refuse != "" { // no iteration assigned to it
		*v = p.before
		return
	}
	whole := ev.load(v)
	v.home = p.before.home
	if whole.Parts != nil {
		if whole.Lanes == nil {
			return
		}
		v.set(whole.lane(a.lanes.n - 1))
		return
	}
	whole = ev.spread(whole, a.lanes)
	last, home, from := lastOf(a.lanes), laneCount(v.home), a.lanes.from(v.home)
	var at, to []int
	for e := range whole.Size() {
		for _, b := range last {
			at = append(at, e*a.lanes.n+b)
			lane := 0
			if from != nil {
				lane = from[b]
			}
			to = append(to, e*home+lane)
		}
	}
	x := ev.gather(whole, at)
	if isRange(to, 0) && len(to) == home*whole.Size() {
		v.set(ev.shaped(x, v.typ, v.dims, v.home))
		return
	}
	*v = p.before
	ev.storeAt(v, to, x, nil)
}

// lastOf returns the last lane of each group of lanes that belong to one lane outside.
func lastOf(l *lanes) []int {
	if l.origin == nil {
		return []int{l.n - 1}
	}
	var last []int
	for b := range l.n {
		if b == l.n-1 || l.origin[b+1] != l.origin[b] {
			last = append(last, b)
		}
	}
	return last
}
