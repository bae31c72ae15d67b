package eval

import (
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// assign runs an assignment.
func (ev *evaluator) assign(s *types.Assign) error {
	if s.Compound && ev.lanes != nil {
		if ev.lanes.mask != nil {
			if done, err := ev.addMasked(s); done || err != nil {
				return err
			}
		}
		if done, err := ev.accumulate(s); done || err != nil {
			return err
		}
	}
	value, err := ev.eval(s.Value)
	if err != nil {
		return err
	}
	return ev.assignTo(s.Target, value)
}

// assignTo makes value the content of a target.
func (ev *evaluator) assignTo(target types.Expr, value *Value) error {
	switch t := target.(type) {
	case *types.Var:
		return ev.storeWhole(ev.frame.vars[t.Sym.Slot], value, t.Pos())
	case *types.Index:
		return ev.storeIndexed(t, value)
	case *types.Field:
		tuple, err := ev.eval(t.X)
		if err != nil {
			return err
		}
		w := *tuple
		w.Parts = slices.Clone(tuple.Parts)
		w.Parts[t.N] = value
		w.Lanes = innermost(w.Parts)
		return ev.assignTo(t.X, &w)
	case *types.TupleLit:
		for i, e := range t.Elems {
			if err := ev.assignTo(e, value.Parts[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return ev.errorf(target.Pos(), "", "this cannot be assigned to")
}

// storeWhole assigns to a variable as a whole.
func (ev *evaluator) storeWhole(v *variable, value *Value, at syntax.Span) error {
	if value.Parts != nil {
		if ev.lanes != v.home {
			return notTogether{"they assign to a tuple"}
		}
		value, err := ev.under(v, at, value, func() (*Value, error) { return ev.loadWhole(v) })
		if err == nil {
			v.set(value)
		}
		return err
	}
	if err := ev.sameSizes(v.sym.Name, v.typ, v.dims, value, at); err != nil {
		return err
	}
	value, err := ev.under(v, at, value, func() (*Value, error) { return ev.loadWhole(v) })
	if err != nil {
		return err
	}
	if ev.lanes == v.home {
		if value.IsSym() {
			err = ev.written(at)
		}
		v.set(value.as(v.typ, v.dims))
		return err
	}
	p := &place{typ: v.typ, dims: v.dims, lanes: v.home}
	return ev.storePlace(v, p, value)
}

// sameSizes checks the sizes of a value against those of what it is assigned to.
func (ev *evaluator) sameSizes(name string, t types.Type, dims []int, value *Value, at syntax.Span) error {
	if slices.Equal(dims, value.Dims) || product(dims) == 0 && value.Size() == 0 {
		return nil
	}
	return ev.errorf(at, "", "%s has the sizes of %s, the value those of %s", name, typeText(t, dims), sizesText(value))
}

// storeIndexed assigns to some elements of a variable.
func (ev *evaluator) storeIndexed(t *types.Index, value *Value) error {
	root, chain := unfold(t)
	v, ok := root.(*types.Var)
	if !ok {
		return ev.storeInPart(root, chain, value)
	}
	x := ev.frame.vars[v.Sym.Slot]
	p, err := ev.placeIn(x, chain)
	if err != nil {
		return err
	}
	if err := ev.sameSizes("the part of "+v.Sym.Name, p.typ, p.dims, value, t.Pos()); err != nil {
		return err
	}
	value, err = ev.under(x, t.Pos(), value, func() (*Value, error) { return ev.loadPlace(x, p) })
	if err != nil {
		return err
	}
	return ev.storePlace(x, p, value)
}

// storeInPart assigns to elements of a part of a tuple.
func (ev *evaluator) storeInPart(root types.Expr, chain []*types.Index, value *Value) error {
	part, err := ev.eval(root)
	if err != nil {
		return err
	}
	if part.Parts != nil || part.Type.Base == types.Tuple {
		return ev.unavailable(root.Pos(), "arrays of tuples are")
	}
	x := &variable{sym: &types.Symbol{Name: "the tuple"}, typ: part.Type, dims: part.Dims, home: ev.lanes, value: part}
	p, err := ev.placeIn(x, chain)
	if err != nil {
		return err
	}
	if err := ev.sameSizes("the part", p.typ, p.dims, value, root.Pos()); err != nil {
		return err
	}
	if err := ev.storePlace(x, p, value); err != nil {
		return err
	}
	return ev.assignTo(root, ev.load(x))
}

// placeIn returns the part of a variable that indexes pick, positions counted in the list with lanes home.
func (ev *evaluator) placeIn(x *variable, chain []*types.Index) (*place, error) {
	p := &place{typ: x.typ, dims: x.dims, lanes: x.home}
	for _, index := range chain {
		var err error
		if p, err = ev.sub(p, index.Args, index.Type()); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// positionsFor returns the positions of a place for each of the lanes l within its lanes.
func (p *place) positionsFor(l *lanes) []int {
	at := p.positions()
	if l == p.lanes {
		return at
	}
	old, from := laneCount(p.lanes), l.from(p.lanes)
	out := make([]int, 0, p.size()*l.n)
	for e := range p.size() {
		for b := range l.n {
			k := e * old
			if from != nil {
				k += from[b]
			}
			out = append(out, at[k])
		}
	}
	return out
}

// storePlace assigns to elements of a variable in each of ev.lanes.
func (ev *evaluator) storePlace(v *variable, p *place, value *Value) error {
	if v.refuse != "" {
		return notTogether{v.refuse}
	}
	if value.IsSym() {
		if err := ev.written(ev.at); err != nil {
			return err
		}
	}
	at := p.positionsFor(ev.lanes)
	if ev.lanes == nil {
		ev.storeAt(v, at, value, nil)
		return nil
	}
	value = ev.spread(value, ev.lanes)
	to, at, elements := ev.lanes.atWork(at)
	if err := ev.noteWrite(v, at, to); err != nil {
		return err
	}
	ev.storeAt(v, at, value, elements)
	return nil
}

// accumulate runs x += y or x -= y where several of ev.lanes add to the same element of x, whose old content no lane
// needs. It reports whether that was so.
func (ev *evaluator) accumulate(s *types.Assign) (bool, error) {
	sum, ok := s.Value.(*types.Binary)
	root := rootOf(s.Target)
	if !ok || root == nil || !ev.onlyAdded(ev.frame.vars[root.Slot]) {
		return false, nil
	}
	v := ev.frame.vars[root.Slot]
	p := &place{typ: v.typ, dims: v.dims, lanes: v.home}
	if index, ok := s.Target.(*types.Index); ok {
		_, chain := unfold(index)
		var err error
		if p, err = ev.placeIn(v, chain); err != nil {
			return false, err
		}
	}
	at := p.positionsFor(ev.lanes)
	if distinct(at, product(v.dims)*laneCount(v.home)) {
		return false, nil
	}
	y, err := ev.eval(sum.Y)
	if err != nil {
		return false, err
	}
	if ev.lanes.mask != nil {
		y = ev.maskedOut(y)
	}
	if g := ev.guard(v.guards); g != nil {
		zero := &Value{Type: y.Type, Dims: y.Dims, Reals: make([]float64, y.Size()), Fixed: true}
		if y, err = ev.where(s.Pos(), g, y, zero); err != nil {
			return false, err
		}
	}
	return true, ev.addAt(v, at, y, p, sum.Op == syntax.OpSub)
}

// addAt adds y, for each of ev.lanes, to the elements of v at the given positions.
func (ev *evaluator) addAt(v *variable, at []int, y *Value, p *place, negate bool) error {
	y = ev.spread(y.asReal(), ev.lanes)
	if !y.IsScalar() && y.Size() != p.size() {
		return notTogether{"they add values of different sizes"}
	}
	each := func(i int) int { return i % len(at) }
	if y.IsScalar() {
		each = func(i int) int { return i % ev.lanes.n }
	}
	ev.bringHome(v)
	old := ev.load(v)
	if old.Sym == nil && y.Sym == nil {
		x := slices.Clone(old.Floats())
		for i, k := range at {
			if d := y.Reals[each(i)]; negate {
				x[k] -= d
			} else {
				x[k] += d
			}
		}
		v.set(ev.fromFloats(x, v))
		return nil
	}
	add := ev.flat(y)
	if y.IsScalar() && p.size() != 1 {
		add = repeatVector(add, p.size())
	}
	n := product(v.dims) * laneCount(v.home)
	if n == 1 {
		add = expr.Sum(add)
	} else {
		add = expr.SumBy(add, ev.nodes.index(at, n), n)
	}
	if negate {
		add = expr.Neg(add)
	}
	v.set(symIn(v.typ, v.dims, v.home, expr.Add(flatten(ev.flat(old), n == 1), add)))
	return nil
}

// fromFloats returns numbers as the content of v, ints if v holds ints.
func (ev *evaluator) fromFloats(x []float64, v *variable) *Value {
	w := &Value{Type: v.typ, Dims: v.dims, Lanes: v.home, Reals: x}
	if v.typ.IsInt() {
		w.Ints, w.Reals = make([]int, len(x)), nil
		for i, f := range x {
			w.Ints[i] = int(f)
		}
	}
	return w
}

// distinct reports whether no position, all below limit, comes twice.
func distinct(at []int, limit int) bool {
	seen := make([]bool, limit)
	for _, k := range at {
		if seen[k] {
			return false
		}
		seen[k] = true
	}
	return true
}

// rootOf returns the variable that a target is a part of, nil if there is none.
func rootOf(e types.Expr) *types.Symbol {
	for {
		switch x := e.(type) {
		case *types.Var:
			return x.Sym
		case *types.Index:
			e = x.X
		default:
			return nil
		}
	}
}
