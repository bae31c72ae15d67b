package eval

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// A guard is a condition that depends on parameters. Both branches of an if on it are run, each under its guard:
// assignments keep the old content where the guard does not hold, and what is added to the target counts as 0 there.

// guarded runs an if whose condition depends on parameters.
func (ev *evaluator) guarded(s *types.If, c *Value) (bool, error) {
	holds := ev.truth(c)
	fails := symIn(intType, nil, holds.Lanes, expr.Sub(1, holds.Sym))
	depth, exits := len(ev.guards), len(ev.frame.returns)
	alive := false
	for _, branch := range []struct {
		guard *Value
		list  []types.Stmt
	}{{holds, s.Then}, {fails, s.Else}} {
		ev.guards = append(ev.guards[:depth:depth], branch.guard)
		on, err := ev.run(branch.list)
		if err != nil {
			return false, err
		}
		alive = alive || on
	}
	ev.guards = ev.guards[:depth]
	// What follows runs only where no branch returned.
	for _, r := range ev.frame.returns[exits:] {
		if r.when != nil {
			ev.guards = append(ev.guards[:len(ev.guards):len(ev.guards)], symIn(intType, nil, r.when.Lanes, expr.Sub(1, r.when.Sym)))
		}
	}
	return alive, nil
}

// guard returns the condition under which a statement counts beyond the first depth guards, nil if there is none.
func (ev *evaluator) guard(depth int) *Value {
	if len(ev.guards) <= depth {
		return nil
	}
	list := ev.guards[depth:]
	l := innermost(list)
	all := ev.across(list[0], l)
	for _, g := range list[1:] {
		all = expr.Mul(all, ev.across(g, l))
	}
	return symIn(intType, nil, l, full(all, laneCount(l), nil, l))
}

// under returns the new content of a variable: value where the guards since its declaration hold, else the old content.
func (ev *evaluator) under(v *variable, at syntax.Span, value *Value, old func() (*Value, error)) (*Value, error) {
	g := ev.guard(v.guards)
	if g == nil {
		return value, nil
	}
	before, err := old()
	if err != nil {
		return nil, err
	}
	return ev.where(at, g, value, before)
}

// leaves checks that break and continue stand under no guard of their loop's body.
func (ev *evaluator) leaves(at syntax.Span, word string) error {
	if len(ev.guards) > ev.loop.guards {
		return ev.errorf(at, "compute the number of iterations from data", "%s under a condition that depends on parameters is not available", word)
	}
	if ev.loop.together && word == "break" || ev.lanes != nil && ev.lanes.mask != nil {
		return notTogether{"some " + word}
	}
	return nil
}
