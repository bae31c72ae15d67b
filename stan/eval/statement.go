package eval

import (
	"slices"

	"github.com/quatre-ppl/quatre/stan/types"
)

// run runs a list of statements for the lanes ev.lanes. It reports whether any of them reach the end of the list; those
// that do are in ev.lanes then.
func (ev *evaluator) run(list []types.Stmt) (bool, error) {
	for _, s := range list {
		if alive, err := ev.statement(s); err != nil || !alive {
			return false, err
		}
	}
	return true, nil
}

func (ev *evaluator) statement(s types.Stmt) (bool, error) {
	ev.at = s.Pos()
	switch s := s.(type) {
	case *types.Decl:
		return true, ev.declare(s)
	case *types.Assign:
		return true, ev.assign(s)
	case *types.Tilde:
		return true, ev.tilde(s)
	case *types.TargetAdd:
		return true, ev.targetAdd(s)
	case *types.For:
		return ev.forRange(s)
	case *types.ForEach:
		return ev.forEach(s)
	case *types.While:
		return ev.while(s)
	case *types.If:
		return ev.conditional(s)
	case *types.Break:
		if err := ev.leaves(s.Pos(), "break"); err != nil {
			return false, err
		}
		ev.loop.broken = append(ev.loop.broken, ev.lanes)
		return false, nil
	case *types.Continue:
		if err := ev.leaves(s.Pos(), "continue"); err != nil {
			return false, err
		}
		ev.loop.continued = append(ev.loop.continued, ev.lanes)
		return false, nil
	case *types.Return:
		return false, ev.returnValue(s)
	case *types.Message:
		return true, ev.message(s)
	case *types.Block:
		return ev.run(s.Body)
	case *types.CallStmt:
		_, err := ev.call(s.Call)
		return true, err
	}
	return false, ev.errorf(s.Pos(), "", "this statement is not available yet")
}

// conditional runs an if. Lanes for which the condition holds take one way, the others the other.
func (ev *evaluator) conditional(s *types.If) (bool, error) {
	c, err := ev.eval(s.Cond)
	switch {
	case err != nil:
		return false, err
	case c.IsSym():
		return ev.guarded(s, c)
	case c.Lanes == nil && c.Real() != 0:
		return ev.run(s.Then)
	case c.Lanes == nil:
		return ev.run(s.Else)
	}
	yes, no := ev.divide(c)
	switch {
	case len(no) == 0:
		return ev.run(s.Then)
	case len(yes) == 0:
		return ev.run(s.Else)
	case ev.attempt.masks && ev.attempt.tracing, ev.symbolic && ev.onlyAdds(s):
		return true, ev.maskedBranches(s, yes, no)
	}
	all, m := ev.lanes, ev.mark()
	for _, branch := range []struct {
		keep []int
		list []types.Stmt
	}{{yes, s.Then}, {no, s.Else}} {
		ev.lanes = all.subset(branch.keep)
		if _, err := ev.run(branch.list); err != nil {
			return false, err
		}
	}
	var alive bool
	ev.lanes, alive = narrowed(all, ev.left(m))
	return alive, nil
}

// divide lists those of ev.lanes in which a known condition holds, and the others.
func (ev *evaluator) divide(c *Value) (yes, no []int) {
	x := ev.spread(c, ev.lanes).Floats()
	for b, v := range x {
		if ev.lanes.mask != nil && !ev.lanes.mask.on[b] {
			continue
		}
		if v != 0 {
			yes = append(yes, b)
		} else {
			no = append(no, b)
		}
	}
	return yes, no
}

// split evaluates one of two expressions in each of ev.lanes, as a known condition says.
func (ev *evaluator) split(c *Value, then, otherwise func() (*Value, error)) (*Value, error) {
	yes, no := ev.divide(c)
	switch {
	case len(no) == 0:
		return then()
	case len(yes) == 0:
		return otherwise()
	}
	all := ev.lanes
	defer func() { ev.lanes = all }()
	if ev.attempt.masks && ev.attempt.tracing {
		return ev.maskedChoice(yes, no, then, otherwise)
	}
	ways := []*lanes{all.subset(yes), all.subset(no)}
	values := make([]*Value, 2)
	for i, f := range []func() (*Value, error){then, otherwise} {
		ev.lanes = ways[i]
		v, err := f()
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	if values[0].Parts != nil {
		return nil, notTogether{"a choice between tuples"}
	}
	if !slices.Equal(values[0].Dims, values[1].Dims) {
		return nil, notTogether{"a choice between values of different sizes"}
	}
	return ev.merge(values, ways, all), nil
}

// merge puts values together that were computed for parts of the lanes to.
func (ev *evaluator) merge(values []*Value, ways []*lanes, to *lanes) *Value {
	if len(values) == 1 && ways[0] == to {
		return values[0]
	}
	size := values[0].Size()
	refs := make([]ref, size*laneCount(to))
	list := make([]*Value, len(values))
	for i, v := range values {
		l := ways[i]
		list[i] = ev.spread(v, l)
		from := l.from(to)
		for e := range size {
			for b := range l.n {
				at := b
				if from != nil {
					at = from[b]
				}
				refs[e*to.n+at] = ref{int32(i), int32(e*l.n + b)}
			}
		}
		if v.Lanes == nil && v.IsScalar() { // the same in all lanes: one element serves them
			list[i] = v
			for j := range refs {
				if refs[j].part == int32(i) {
					refs[j].at = 0
				}
			}
		}
	}
	return ev.shaped(ev.compose(list, refs), values[0].Type, values[0].Dims, to)
}
