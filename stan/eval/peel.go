package eval

import "github.com/quatre-ppl/quatre/stan/types"

// A recurrence often treats its first iterations, or its last one, in another way, by an if on the loop's variable. Then
// those run on their own, and the others, which all go the same way, together.

// ends are the numbers of iterations at the start and at the end of a loop that may run on their own.
var ends = []struct{ first, last int }{{1, 0}, {2, 0}, {0, 1}, {1, 1}}

// peeled runs most of a loop's iterations together and a few at its ends on their own. On error everything is as before.
func (ev *evaluator) peeled(lp *loop, err error, masks bool) error {
	if ev.lanes != nil {
		return err
	}
	before := ev.save(ev.assignedVariables(ev.infoOf(lp.key, lp.body)))
	n := lp.most()
	for _, e := range ends {
		if n-e.first-e.last <= fewIterations {
			return err
		}
		if ev.inParts(lp, e.first, n-e.last, masks) == nil {
			return nil
		}
		before.restore(ev)
	}
	return err
}

// inParts runs iterations first … last−1 together and those before and behind in turn.
func (ev *evaluator) inParts(lp *loop, first, last int, masks bool) error {
	if _, err := ev.inTurn(lp.part(0, first)); err != nil {
		return err
	}
	if err := ev.together(lp.part(first, last), masks); err != nil {
		return err
	}
	_, err := ev.inTurn(lp.part(last, lp.most()))
	return err
}

// part returns the loop of iterations from … to−1.
func (lp *loop) part(from, to int) *loop {
	p := *lp
	p.trips = []int{to - from}
	p.one = func(k int, l *lanes) *Value { return lp.one(from+k, l) }
	p.all = func(l *lanes, k []int) *Value {
		at := make([]int, len(k))
		for i := range k {
			at[i] = from + k[i]
		}
		return lp.all(l, at)
	}
	return &p
}

// chooses reports whether statements take different ways.
func chooses(list []types.Stmt) bool {
	found := false
	types.WalkStmts(list, func(s types.Stmt) {
		if _, ok := s.(*types.If); ok {
			found = true
		}
	}, func(e types.Expr) bool {
		if _, ok := e.(*types.Cond); ok {
			found = true
		}
		return true
	})
	return found
}
