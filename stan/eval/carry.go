package eval

import (
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
	return distinct(l.from(outer), outer.n)
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
			ev.terms[i].law = ev.terms[i].law.replace(by)
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
