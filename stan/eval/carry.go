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
	// hole is the placeholder, init the number before the first iteration, next what an iteration leaves.
	hole       expr.Expr
	init, next expr.Expr
}

// private is a variable with a content of its own in each lane.
type private struct {
	v      *variable
	before variable
	carry  []*carry
}

// lag is an element of a variable as an earlier iteration wrote it: the one that is back iterations ago by assignment
// write.
type lag struct {
	v     *variable
	write int32
	back  int
	hole  expr.Expr
	// init are the elements read by the first lanes, for which no iteration is so far back, and their positions.
	init []expr.Expr
	at   []int
}

// mostCarried bounds the elements of a variable that goes from iteration to iteration.
const mostCarried = 64

func (a *attempt) hole() expr.Expr {
	return expr.Unconstrained("carried", 0, tensor.Shape{a.lanes.n})
}

// makePrivate gives a variable a content of its own in each lane: placeholders for what the iteration before left.
func (ev *evaluator) makePrivate(a *attempt, v *variable) error {
	ev.bringHome(v)
	p := &private{v: v, before: v.clone()}
	a.carried = append(a.carried, p)
	whole := ev.load(v)
	v.home = a.lanes
	v.parts, v.owned = nil, false
	switch size := product(v.dims); {
	case v.typ.IsInt() || whole.Parts != nil || !ev.symbolic || a.lanes.outer != nil:
		v.value, v.refuse = ev.spread(whole, a.lanes), "it reads what the iteration before left in "+v.sym.Name
		return nil
	case size > mostCarried:
		return notTogether{"too many elements go from one iteration to the next"}
	}
	init := ev.components(whole)
	holes := make([]expr.Expr, len(init))
	for e := range init {
		c := &carry{hole: a.hole(), init: init[e]}
		p.carry = append(p.carry, c)
		holes[e] = c.hole
	}
	v.value = nil
	v.parts = &pieces{}
	for e, h := range holes {
		v.parts.list = append(v.parts.list, &Value{Sym: h})
		for b := range a.lanes.n {
			v.parts.refs = append(v.parts.refs, ref{int32(e), int32(b)})
		}
	}
	a.tracing = true
	return nil
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
	if p.lanes != a.lanes || a.lanes.outer != nil || v.home != nil {
		return nil, notTogether{"it reads what other iterations write"}
	}
	n := a.lanes.n
	old := ev.loadAt(v, p.at)
	list := make([]expr.Expr, 0, p.size())
	any := false
	for e := range p.size() {
		at := p.at[e*n : (e+1)*n]
		write, back, err := acc.source(at)
		if err != nil {
			return nil, err
		}
		current := ev.shaped(ev.gatherList(old, e*n, n), realType, nil, a.lanes)
		if back == 0 {
			list = append(list, ev.flat(current))
			continue
		}
		any = true
		list = append(list, a.lagOf(v, write, back, at, ev.components(current)[0]).hole)
	}
	if !any {
		return nil, nil
	}
	return symIn(p.typ, p.dims, a.lanes, assemble(list, a.lanes)), nil
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

// source finds the assignment that writes what lane b reads at at[b], and how many iterations ago: 0 where no earlier
// iteration writes it.
func (acc *access) source(at []int) (write int32, back int, err error) {
	other := notTogether{"iterations read what others write, not all from as far back"}
	for b, p := range at {
		w := int(acc.known.writer[p])
		if now := int(acc.writer[p]); now >= 0 && now != b {
			return 0, 0, notTogether{"an element is read behind its assignment by another iteration"}
		}
		switch {
		case w < 0 || w >= b:
			if back > 0 {
				return 0, 0, other
			}
		case back == 0:
			if w != 0 {
				return 0, 0, other
			}
			write, back = acc.known.write[p], b
		case b-w != back || acc.known.write[p] != write:
			return 0, 0, other
		}
	}
	return write, back, nil
}

// lagOf returns the lag of a read, the same for the same read.
func (a *attempt) lagOf(v *variable, write int32, back int, at []int, current expr.Expr) *lag {
	for _, g := range a.lags {
		if g.v == v && g.write == write && g.back == back && equalInts(g.at, at[:back]) {
			return g
		}
	}
	g := &lag{v: v, write: write, back: back, hole: a.hole(), at: at[:back]}
	for b := range back {
		g.init = append(g.init, expr.At(current, b))
	}
	a.lags = append(a.lags, g)
	return g
}

// noteWritten keeps what is written to lagged variables.
func (ev *evaluator) noteWritten(v *variable, value *Value) {
	a := ev.attempt
	if a == nil || a.shared[v] == nil || a.shared[v].known == nil {
		return
	}
	acc := a.shared[v]
	if ev.lanes != a.lanes {
		acc.written = append(acc.written, make([]expr.Expr, value.Size())...)
		return
	}
	acc.written = append(acc.written, ev.components(value)...)
}

// carries returns everything that goes from one iteration to the next. An element that is read back iterations later is
// handed on that often.
func (ev *evaluator) carries(a *attempt) ([]*carry, error) {
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
		acc := a.shared[g.v]
		if int(g.write) >= len(acc.written) || acc.written[g.write] == nil {
			return nil, notTogether{"not all iterations write what later ones read"}
		}
		next := full(acc.written[g.write], a.lanes.n, nil, a.lanes)
		for j := 1; j <= g.back; j++ {
			c := &carry{hole: a.hole(), init: g.init[g.back-j], next: next}
			if j == g.back {
				c.hole = g.hole
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
	refused := v.refuse != ""
	whole := ev.load(v)
	v.home = p.before.home
	if refused { // no iteration assigned to it
		*v = p.before
		return
	}
	if whole.Parts != nil {
		if whole.Lanes == nil {
			return
		}
		v.set(whole.lane(a.lanes.n - 1))
		return
	}
	whole = ev.spread(whole, a.lanes)
	last := lastOf(a.lanes)
	at := make([]int, 0, len(last)*whole.Size())
	for e := range whole.Size() {
		for _, b := range last {
			at = append(at, e*a.lanes.n+b)
		}
	}
	x := ev.shaped(ev.gather(whole, at), v.typ, v.dims, a.lanes.outer)
	if a.lanes.outer == v.home && len(last) == laneCount(v.home) {
		v.set(x)
		return
	}
	*v = p.before
	place := &place{typ: v.typ, dims: v.dims, lanes: v.home}
	ev.storeAt(v, place.positionsFor(a.lanes.outer), x)
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
