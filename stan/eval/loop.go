package eval

import (
	"errors"
	"slices"

	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

const (
	// fewIterations is how many iterations are run one after the other even where they could run together: what a loop over
	// the components of a short vector leaves behind is better written out.
	fewIterations = 4
	// fewWithin is the same for a loop within lanes.
	fewWithin = 16
	// mostWritten bounds how many assignments and terms that depend on parameters loops may write out.
	mostWritten = 20000
	// mostLanes bounds the lanes of a loop within lanes.
	mostLanes = 1 << 20
)

// loop is a for loop with its range evaluated.
type loop struct {
	key  types.Stmt
	at   syntax.Span
	sym  *types.Symbol
	body []types.Stmt
	// trips is the number of iterations in each of ev.lanes.
	trips []int
	// one returns the loop variable of iteration k in lanes l, which are lanes of the loop's or some of them; all that of
	// iteration k[b] for each lane b of l.
	one func(k int, l *lanes) *Value
	all func(l *lanes, k []int) *Value
}

func (lp *loop) most() int { return slices.Max(lp.trips) }

// count returns the number of iterations in all lanes together.
func (lp *loop) count() int {
	n := 0
	for _, t := range lp.trips {
		n += t
	}
	return n
}

// uniform returns n trips in each of ev.lanes.
func (ev *evaluator) uniform(n int) []int {
	trips := make([]int, laneCount(ev.lanes))
	for b := range trips {
		trips[b] = n
	}
	return trips
}

// forRange runs for (i in lo : hi).
func (ev *evaluator) forRange(s *types.For) (bool, error) {
	lo, err := ev.knownInts(s.Lo, "the start of a range")
	if err != nil {
		return false, err
	}
	hi, err := ev.knownInts(s.Hi, "the end of a range")
	if err != nil {
		return false, err
	}
	lp := &loop{key: s, at: s.Pos(), sym: s.Var, body: s.Body}
	if by := innermost([]*Value{lo, hi}); by == nil {
		lp.trips = ev.uniform(max(0, hi.Int()-lo.Int()+1))
	} else {
		first, last := ev.spread(lo, ev.lanes), ev.spread(hi, ev.lanes)
		for b := range ev.lanes.n {
			lp.trips = append(lp.trips, max(0, last.Ints[b]-first.Ints[b]+1))
		}
	}
	lp.one = func(k int, l *lanes) *Value {
		v := &Value{Type: intType, Lanes: lo.Lanes, Ints: make([]int, len(lo.Ints))}
		for b := range v.Ints {
			v.Ints[b] = lo.Ints[b] + k
		}
		return v
	}
	lp.all = func(l *lanes, k []int) *Value {
		v := &Value{Type: intType, Lanes: l, Ints: make([]int, l.n)}
		from := l.from(lo.Lanes)
		for b := range v.Ints {
			first := 0
			if from != nil {
				first = from[b]
			}
			v.Ints[b] = lo.Ints[first] + k[b]
		}
		return v
	}
	return ev.loopOver(lp)
}

// forEach runs for (x in container).
func (ev *evaluator) forEach(s *types.ForEach) (bool, error) {
	over, err := ev.eval(s.Over)
	if err != nil {
		return false, err
	}
	if over.Parts != nil || over.Type.Base == types.Tuple {
		return false, ev.unavailable(s.Over.Pos(), "arrays of tuples are")
	}
	t, n, dims := s.Var.Type, over.Size(), []int(nil)
	if over.Type.Rank > 0 {
		n, dims = over.Dims[0], over.Dims[1:]
	}
	size := product(dims)
	lp := &loop{key: s, at: s.Pos(), sym: s.Var, body: s.Body, trips: ev.uniform(n)}
	lp.all = func(l *lanes, k []int) *Value {
		old, from := laneCount(over.Lanes), l.from(over.Lanes)
		at := make([]int, 0, size*l.n)
		for e := range size {
			for b := range l.n {
				lane := 0
				if from != nil {
					lane = from[b]
				}
				at = append(at, (k[b]*size+e)*old+lane)
			}
		}
		return ev.shaped(ev.gather(over, at), t, dims, l)
	}
	lp.one = func(k int, l *lanes) *Value {
		old := laneCount(over.Lanes)
		at := make([]int, size*old)
		for i := range at {
			at[i] = k*size*old + i
		}
		return ev.shaped(ev.gather(over, at), t, dims, over.Lanes)
	}
	return ev.loopOver(lp)
}

// loopOver runs a loop for all iterations together, or else one after the other.
func (ev *evaluator) loopOver(lp *loop) (bool, error) {
	if lp.count() == 0 {
		return true, nil
	}
	if ev.mayRunTogether(lp) {
		err := ev.anyTogether(lp)
		if err == nil {
			return true, nil
		}
		ev.apart[apartKey{lp.key, ev.attempt != nil}] = true
		ev.explainApart(lp, err)
	}
	return ev.inTurn(lp)
}

// anyTogether runs a loop's iterations together in the simplest way that works: as they are; with those at its ends on
// their own; or, where it is a recurrence whose iterations go different ways, with masks.
func (ev *evaluator) anyTogether(lp *loop) error {
	err := ev.together(lp, false)
	if err == nil || !ev.symbolic || !chooses(lp.body) {
		return err
	}
	if ev.peeled(lp, err, false) == nil || ev.together(lp, true) == nil || ev.peeled(lp, err, true) == nil {
		return nil
	}
	return err
}

// explainApart tells why the iterations of an outermost loop are written out.
func (ev *evaluator) explainApart(lp *loop, err error) {
	if ev.explain == nil || ev.attempt != nil {
		return
	}
	why := err.Error()
	if at := new(Error); errors.As(err, &at) {
		why = notTogether{at.Message}.Error()
	}
	ev.explain(ev.source.Diagnose(syntax.SeverityWarning, lp.at, why, "each iteration is written out; vectors are faster"))
}

// apartKey names loops that were found not to run together, at the outermost level or within lanes.
type apartKey struct {
	loop   types.Stmt
	within bool
}

// mayRunTogether reports whether it is worth trying to run the iterations together.
func (ev *evaluator) mayRunTogether(lp *loop) bool {
	switch {
	case !ev.mayTogether || ev.apart[apartKey{lp.key, ev.attempt != nil}]:
		return false
	case ev.lanes == nil && lp.count() <= fewIterations:
		return false
	case ev.lanes != nil && (lp.most() <= fewWithin || lp.count() > mostLanes || ev.attempt.tracing):
		return false
	}
	return !ev.infoOf(lp.key, lp.body).leaves
}

// inTurn runs a loop's iterations one after the other, each for all lanes that have so many.
func (ev *evaluator) inTurn(lp *loop) (bool, error) {
	start := ev.lanes
	_, alive, err := ev.repeat(func(k int) (bool, error) {
		if k == lp.most() {
			return false, nil
		}
		if ev.lanes != nil {
			if !ev.keepLanes(start, func(b int) bool { return lp.trips[b] > k }) {
				return false, nil
			}
		}
		x := lp.one(k, ev.lanes)
		ev.frame.vars[lp.sym.Slot] = &variable{sym: lp.sym, typ: lp.sym.Type, dims: x.Dims, home: ev.lanes, guards: len(ev.guards), value: x}
		return true, nil
	}, lp.body)
	return alive, err
}

// keepLanes narrows ev.lanes, which are lanes of start, to those whose lane of start is kept.
func (ev *evaluator) keepLanes(start *lanes, kept func(b int) bool) bool {
	from := ev.lanes.from(start)
	var keep []int
	all := true
	for b := range ev.lanes.n {
		if m := ev.lanes.mask; m != nil && !m.on[b] {
			continue
		}
		at := b
		if from != nil {
			at = from[b]
		}
		if kept(at) {
			keep = append(keep, b)
		} else {
			all = false
		}
	}
	switch {
	case all || len(keep) == 0:
	case ev.attempt.masks && ev.attempt.tracing:
		ev.lanes = ev.lanes.masked(keep)
	default:
		ev.lanes = ev.lanes.subset(keep)
	}
	return len(keep) > 0
}

// repeat runs a body until next, which may narrow ev.lanes, reports false, or all lanes have left. It returns the number
// of rounds and whether any lane goes on behind the loop.
func (ev *evaluator) repeat(next func(k int) (bool, error), body []types.Stmt) (rounds int, alive bool, err error) {
	start, around, gone := ev.lanes, ev.loop, len(ev.frame.gone)
	state := &loopState{guards: len(ev.guards)}
	ev.loop = state
	ev.turns++
	defer func() { ev.loop, ev.turns = around, ev.turns-1 }()
	for ; ; rounds++ {
		state.continued = nil
		var left bool
		if ev.lanes, left = narrowed(start, append(state.broken[:len(state.broken):len(state.broken)], ev.frame.gone[gone:]...)); !left {
			break
		}
		if on, err := next(rounds); err != nil {
			return rounds, false, err
		} else if !on {
			break
		}
		if _, err := ev.run(body); err != nil {
			return rounds, false, err
		}
	}
	ev.lanes, alive = narrowed(start, ev.frame.gone[gone:])
	return rounds, alive, nil
}

// mostRounds bounds the iterations of a while loop.
const mostRounds = 100_000_000

// while runs a while loop; lanes leave it when their condition fails.
func (ev *evaluator) while(s *types.While) (bool, error) {
	_, alive, err := ev.repeat(func(k int) (bool, error) {
		c, err := ev.eval(s.Cond)
		switch {
		case err != nil:
			return false, err
		case c.IsSym():
			return false, ev.errorf(s.Cond.Pos(), "compute the number of iterations from data", "the condition of a while loop must not depend on parameters")
		case k > mostRounds:
			return false, ev.errorf(s.Pos(), "", "the loop does not end after %d rounds", mostRounds)
		case c.Lanes == nil:
			return c.Real() != 0, nil
		}
		x := ev.spread(c, ev.lanes).Floats()
		return ev.keepLanes(ev.lanes, func(b int) bool { return x[b] != 0 }), nil
	}, s.Body)
	return alive, err
}

// written counts an assignment or a term that depends on parameters and that a loop writes out.
func (ev *evaluator) written(at syntax.Span) error {
	if ev.turns == 0 {
		return nil
	}
	most := mostWritten
	if ev.drawings != nil {
		most = mostDescribed
	}
	if ev.count++; ev.count > most {
		return ev.errorf(at, "write it with vectors, or so that no iteration needs the one before",
			"loops write out more than %d statements that depend on parameters", most)
	}
	return nil
}
