package eval

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// Iterations that go different ways are split into lanes of their own as a rule. In a recurrence that cannot be: what the
// iteration before left stands in all lanes. So there all lanes run both ways, each under a mask: lanes that are not at
// work take the data of one that is, so that nothing impossible is computed, and what they write and add is dropped.

// mask tells which lanes are at work; source[b] is a lane at work whose data lane b takes, itself if it is at work.
type mask struct {
	on     []bool
	source []int
}

// masked returns all lanes of l with those in keep, ascending, at work.
func (l *lanes) masked(keep []int) *lanes {
	m := &mask{on: make([]bool, l.n), source: make([]int, l.n)}
	same := make([]int, l.n)
	next := 0
	for b := range l.n {
		same[b] = b
		if next+1 < len(keep) && keep[next+1] <= b {
			next++
		}
		m.source[b] = keep[next]
		m.on[b] = keep[next] == b
	}
	return &lanes{n: l.n, outer: l, origin: same, partial: true, mask: m}
}

// seenFrom returns for each of the lanes to the lane of v.Lanes whose value it takes: that which it belongs to, except that
// lanes not at work take the data of others.
func (ev *evaluator) seenFrom(v *Value, to *lanes) []int {
	from := to.from(v.Lanes)
	masks := false
	for l := to; l != v.Lanes; l = l.outer {
		masks = masks || l.mask != nil
	}
	if !masks || v.Lanes == nil || v.Sym != nil && newFinder(ev.attempt.holes).depends(v.Sym) {
		return from
	}
	at := make([]int, to.n)
	for b := range at {
		at[b] = b
	}
	for l := to; l != v.Lanes; l = l.outer {
		for b, k := range at {
			if l.mask != nil {
				k = l.mask.source[k]
			}
			at[b] = l.origin[k]
		}
	}
	return at
}

// working returns which lanes are at work where l are the lanes of an attempt, or those under masks; nil means all.
func (l *lanes) working(of *lanes) (on []bool, ok bool) {
	if l == of {
		return nil, true
	}
	for m := l; m != of; m = m.outer {
		if m == nil || m.mask == nil {
			return nil, false
		}
	}
	return l.mask.on, true
}

// atWork returns the lanes of l that are at work, and of positions for all lanes those for them with the elements of a
// value in all lanes that belong there; nil elements mean all in order.
func (l *lanes) atWork(at []int) (to *lanes, positions, elements []int) {
	if l.mask == nil {
		return l, at, nil
	}
	var keep []int
	for b, on := range l.mask.on {
		if on {
			keep = append(keep, b)
		}
	}
	for e := 0; e < len(at); e += l.n {
		for _, b := range keep {
			positions = append(positions, at[e+b])
			elements = append(elements, e+b)
		}
	}
	return l.outer.subset(keep), positions, elements
}

// maskedBranches runs both branches of an if for all lanes, each under its mask.
func (ev *evaluator) maskedBranches(s *types.If, yes, no []int) error {
	all := ev.lanes
	defer func() { ev.lanes = all }()
	for _, way := range []struct {
		keep []int
		list []types.Stmt
	}{{yes, s.Then}, {no, s.Else}} {
		ev.lanes = all.masked(way.keep)
		if alive, err := ev.run(way.list); err != nil {
			return err
		} else if !alive {
			return notTogether{"some leave"}
		}
	}
	return nil
}

// maskedChoice evaluates two expressions for all lanes, each under its mask, and takes the one or the other.
func (ev *evaluator) maskedChoice(yes, no []int, then, otherwise func() (*Value, error)) (*Value, error) {
	all := ev.lanes
	defer func() { ev.lanes = all }()
	ways := []*lanes{all.masked(yes), all.masked(no)}
	ev.lanes = ways[0]
	x, err := then()
	if err != nil {
		return nil, err
	}
	ev.lanes = ways[1]
	y, err := otherwise()
	if err != nil {
		return nil, err
	}
	if x.Parts != nil || !equalInts(x.Dims, y.Dims) {
		return nil, notTogether{"a choice between values of different sizes"}
	}
	return ev.either(ev.spread(x, ways[0]), ev.spread(y, ways[1]), ways[0], all), nil
}

// either takes x in the lanes at work in way, else y; both have one list for each lane. The result has lanes to.
func (ev *evaluator) either(x, y *Value, way, to *lanes) *Value {
	out := &Value{Type: x.Type, Dims: x.Dims, Lanes: to}
	if !x.IsSym() && !y.IsSym() {
		refs := make([]ref, x.length())
		for i := range refs {
			refs[i] = ref{1, int32(i)}
			if way.mask.on[i%way.n] {
				refs[i].part = 0
			}
		}
		return ev.shaped(ev.compose([]*Value{x, y}, refs), x.Type, x.Dims, to)
	}
	out.Sym = expr.Where(repeatVector(ev.flat(way.onValue()), x.Size()), ev.flat(x), ev.flat(y))
	return out
}

// onValue is 1 in the lanes at work, else 0.
func (l *lanes) onValue() *Value {
	v := &Value{Type: realType, Lanes: l, Reals: make([]float64, l.n)}
	for b, on := range l.mask.on {
		if on {
			v.Reals[b] = 1
		}
	}
	return v
}

// maskedOut returns a value in ev.lanes that is 0 where they are not at work.
func (ev *evaluator) maskedOut(v *Value) *Value {
	l := ev.lanes
	zero := &Value{Type: v.Type, Dims: v.Dims, Lanes: l, Reals: make([]float64, v.Size()*l.n)}
	if v.Type.IsInt() {
		zero.Ints, zero.Reals = make([]int, v.Size()*l.n), nil
	}
	return ev.either(ev.spread(v, l), zero, l, l)
}

// onlyAdds reports whether all that the branches of an if do is to add to numbers that belong to ev.lanes.
func (ev *evaluator) onlyAdds(s *types.If) bool {
	for _, list := range [][]types.Stmt{s.Then, s.Else} {
		for _, stmt := range list {
			a, ok := stmt.(*types.Assign)
			if !ok || ev.addedNumber(a) == nil {
				return false
			}
		}
	}
	return true
}

// addedNumber returns the number in each of ev.lanes, or of the lanes that these mask, that an assignment adds to, nil if
// it does something else.
func (ev *evaluator) addedNumber(s *types.Assign) *variable {
	target, isVar := s.Target.(*types.Var)
	sum, isSum := s.Value.(*types.Binary)
	if !s.Compound || !isVar || !isSum || !target.Type().Equal(realType) || sum.Op != syntax.OpAdd && sum.Op != syntax.OpSub {
		return nil
	}
	v := ev.frame.vars[target.Sym.Slot]
	home := ev.lanes
	if home.mask != nil {
		home = home.outer
	}
	if v == nil || v.home != home || v.guards != len(ev.guards) || ev.watched(v) || v.refuse != "" {
		return nil
	}
	return v
}

// addMasked runs x += y for lanes under a mask as a sum in all lanes, in which those not at work add 0·y: what is linear
// stays linear.
func (ev *evaluator) addMasked(s *types.Assign) (bool, error) {
	v := ev.addedNumber(s)
	if v == nil {
		return false, nil
	}
	sum := s.Value.(*types.Binary)
	y, err := ev.eval(sum.Y)
	if err != nil {
		return false, err
	}
	old := ev.load(v)
	if !y.IsSym() && !old.IsSym() {
		return false, nil
	}
	l := v.home
	add := ev.flat(ev.maskedOut(y.asReal()))
	if y.IsSym() {
		add = expr.Mul(ev.flat(ev.lanes.onValue()), ev.across(y, ev.lanes))
	}
	x := expr.Add(ev.across(old, l), add)
	if sum.Op == syntax.OpSub {
		x = expr.Sub(ev.across(old, l), add)
	}
	v.set(symIn(realType, nil, l, full(x, l.n, nil, l)))
	return true, nil
}
