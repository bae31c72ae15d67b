package eval

import "github.com/quatre-ppl/quatre/model/expr"

// attempt is one try to run all iterations of a loop together. It watches the variables from outside that the body assigns
// to, since an iteration must see what the ones before it have written.
type attempt struct {
	lanes *lanes
	outer *attempt
	// shared are the variables from outside that the body assigns to.
	shared map[*variable]*access
	// carried are those of them that got a content of their own in each lane; see carry.go.
	carried []*private
	// lags are earlier values of elements that the body reads.
	lags []*lag
	// tracing tells that values handed from one iteration to the next are in play: those must be computed element by
	// element to become a scan.
	tracing bool
	// masks tells that iterations which go different ways all run both, as far as it goes; see mask.go.
	masks bool
	// holes are the placeholders for what goes from one iteration to the next.
	holes map[expr.Expr]bool
}

// plan is what earlier attempts at a loop have found out.
type plan struct {
	masks bool
	// carried are variables whose content goes from one iteration to the next.
	carried map[*variable]bool
	// writers says for variables of which elements of earlier iterations are read which iteration writes which element.
	writers map[*variable]*access
}

// mostAttempts bounds the tries; each learns of at least one more variable.
const mostAttempts = 12

// together runs all iterations of a loop at the same time, with or without masks. On error everything is as before.
func (ev *evaluator) together(lp *loop, masks bool) error {
	info := ev.infoOf(lp.key, lp.body)
	outside := ev.assignedVariables(info)
	before := ev.save(outside)
	p := &plan{masks: masks, carried: make(map[*variable]bool), writers: make(map[*variable]*access)}
	for _, v := range outside {
		if info.whole[v.sym] {
			p.carried[v] = true
		}
	}
	l, iteration := ev.lanesOf(lp)
	for range mostAttempts {
		err := ev.attemptWith(p, lp, l, iteration, outside, info)
		if err == nil {
			return nil
		}
		before.restore(ev)
		if !p.learn(err) {
			return err
		}
	}
	return notTogether{"its iterations hang together in too many ways"}
}

// learn notes what a failed attempt found out, and reports whether another one may do better.
func (p *plan) learn(err error) bool {
	switch err := err.(type) {
	case mustCarry:
		if p.carried[err.v] {
			return false
		}
		p.carried[err.v] = true
		return true
	case mustLag:
		for v, acc := range err.found {
			if p.writers[v] != nil {
				return false
			}
			p.writers[v] = acc
		}
		return true
	}
	return false
}

// assignedVariables returns the variables from outside that a loop's body assigns to.
func (ev *evaluator) assignedVariables(info *loopInfo) []*variable {
	var list []*variable
	for _, sym := range info.assigned {
		if v := ev.frame.vars[sym.Slot]; v != nil {
			list = append(list, v)
		}
	}
	return list
}

// lanesOf returns one lane for each iteration of a loop in each of ev.lanes, and the number of the iteration.
func (ev *evaluator) lanesOf(lp *loop) (l *lanes, iteration []int) {
	l = &lanes{n: lp.count(), outer: ev.lanes}
	for b, trips := range lp.trips {
		l.partial = l.partial || trips == 0
		for k := range trips {
			if ev.lanes != nil {
				l.origin = append(l.origin, b)
			}
			iteration = append(iteration, k)
		}
	}
	return l, iteration
}

func (ev *evaluator) attemptWith(p *plan, lp *loop, l *lanes, iteration []int, outside []*variable, info *loopInfo) error {
	a := &attempt{lanes: l, outer: ev.attempt, masks: p.masks, shared: make(map[*variable]*access), holes: make(map[expr.Expr]bool)}
	a.tracing = a.outer != nil && a.outer.tracing
	terms := len(ev.terms)
	for _, v := range outside {
		if p.carried[v] {
			if err := ev.makePrivate(a, v); err != nil {
				return err
			}
			continue
		}
		a.shared[v] = &access{added: info.added[v.sym], known: p.writers[v]}
		a.tracing = a.tracing || p.writers[v] != nil
	}
	if err := ev.runAttempt(a, lp, l, iteration); err != nil {
		return err
	}
	if found := a.conflicts(); len(found) > 0 {
		return mustLag{found}
	}
	return ev.settleCarried(a, outside, terms)
}

// runAttempt runs the body once, each iteration in its lane.
func (ev *evaluator) runAttempt(a *attempt, lp *loop, l *lanes, iteration []int) error {
	around, loop, start, guards := ev.attempt, ev.loop, ev.lanes, ev.guards
	returns, gone := len(ev.frame.returns), len(ev.frame.gone)
	ev.attempt, ev.lanes, ev.loop = a, l, &loopState{guards: len(ev.guards), together: true}
	defer func() { ev.attempt, ev.loop, ev.lanes, ev.guards = around, loop, start, guards }()
	x := lp.all(l, iteration)
	ev.frame.vars[lp.sym.Slot] = &variable{sym: lp.sym, typ: lp.sym.Type, dims: x.Dims, home: l, guards: len(ev.guards), value: x}
	if _, err := ev.run(lp.body); err != nil {
		return err
	}
	if len(ev.frame.returns) > returns || len(ev.frame.gone) > gone {
		return notTogether{"it returns"}
	}
	return nil
}

// saved is the state of the evaluator before an attempt.
type saved struct {
	vars  map[*variable]variable
	terms int
	count int
	draws uint64
	// described is how many drawings there were.
	described int
}

func (ev *evaluator) save(list []*variable) *saved {
	s := &saved{vars: make(map[*variable]variable, len(list)), terms: len(ev.terms), count: ev.count}
	for _, v := range list {
		s.vars[v] = v.clone()
	}
	if ev.src != nil {
		s.draws = ev.src.Position()
	}
	s.described = ev.drawings.length()
	return s
}

// restore goes back to the saved state, which can be used again.
func (s *saved) restore(ev *evaluator) {
	for v, old := range s.vars {
		*v = old.clone()
	}
	ev.terms, ev.count = ev.terms[:s.terms], s.count
	if ev.src != nil {
		ev.src.Seek(s.draws)
	}
	ev.drawings.cut(s.described)
}

// onlyAdded reports whether the attempts in progress let several lanes add to v.
func (ev *evaluator) onlyAdded(v *variable) bool {
	found := false
	for a := ev.attempt; a != nil; a = a.outer {
		if acc := a.shared[v]; acc != nil {
			if !acc.added {
				return false
			}
			found = true
		}
	}
	return found
}
