package flow

import "github.com/quatre-ppl/quatre/sim"

// seize claims a resource for token k; true if it goes on at once.
func (f *Flow) seize(c *sim.Context, k int32, st *step, r sim.Resource) bool {
	t := &f.tokens[k]
	if st.flags == 0 {
		claim, held := c.Seize(r, int(st.amount), sim.Request{Owner: f.self, Kind: eventGranted, Arg: uint64(k), Priority: t.priority, Lost: -1})
		if held {
			f.keep(t, claim, r)
			return true
		}
		t.state, t.until = waiting, uint64(claim)
		return false
	}
	priority := t.priority
	if st.flags&hasPriority != 0 {
		priority = f.priority(c, k, &st.ahead)
		t = &f.tokens[k]
	}
	if st.flags&canBalk != 0 && f.balks(c, t, st, r, int(st.amount)) {
		return true
	}
	req := sim.Request{Owner: f.self, Kind: eventGranted, Arg: uint64(k), Priority: priority, Lost: -1}
	if st.flags&preempts != 0 {
		req.Flags |= sim.Preempts
	}
	if st.flags&hasPatience != 0 {
		req.Flags |= sim.Timed
	}
	claim, held := c.Seize(r, int(st.amount), req)
	if held {
		f.keep(&f.tokens[k], claim, r)
		return true
	}
	f.wait(c, k, claim, st)
	return false
}

// balks has a token turn away if the queue of a resource is too long; the caller
// goes one step further.
func (f *Flow) balks(c *sim.Context, t *token, st *step, r sim.Resource, units int) bool {
	n := c.QueueLength(r)
	if n < int(st.balkAt) || n == 0 && c.Free(r) >= units {
		return false
	}
	f.balked++
	c.Balk(r)
	c.Observe(sim.Balked, f.self, t.number, c.ResourceName(r), 0)
	t.step = st.targets[1] - 1
	return true
}

// wait has token k wait for a claim, as long as its patience lasts.
func (f *Flow) wait(c *sim.Context, k int32, claim sim.Claim, st *step) {
	t := &f.tokens[k]
	t.state, t.until = waiting, uint64(claim)
	if st.flags&hasPatience != 0 {
		f.losePatience(c, k, st)
	}
}

// losePatience has token k renege when its patience is at an end.
func (f *Flow) losePatience(c *sim.Context, k int32, st *step) {
	limit := f.value(c, k, &st.give)
	f.asideOf(k).patience = c.Timer(limit, f.self, eventImpatient, uint64(k))
}

// granted has a token go on whose claim was granted, or granted again.
func (f *Flow) granted(c *sim.Context, k int32) {
	t := &f.tokens[k]
	if t.lost > 0 {
		t.lost = f.lostOf(c, k)
		if t.state == paused && t.lost == 0 {
			f.resume(c, k)
			return
		}
	}
	if t.state != waiting {
		return
	}
	st := &f.steps[t.step]
	if st.code == opSeizeAll {
		if c.Waiting(t.claim()) {
			return
		}
		f.keepAll(c, k, t.claim())
		t = &f.tokens[k]
	} else if st.code == opSeize || st.code == opSeizeOne {
		r, held := c.ResourceOf(t.claim())
		if !held {
			return // lost again before it came here
		}
		f.keep(t, t.claim(), r)
	} else if c.Waiting(t.claim()) {
		return
	} else if st.code == opGetItem {
		f.takeItem(c, k, st, t.claim())
	}
	if st.flags&hasPatience != 0 {
		c.CancelTimer(f.asides[k].patience)
	}
	t.state = running
	t.step++
	f.run(c, k)
}

// Preempted interrupts the delay of a token that loses what it holds.
func (f *Flow) Preempted(c *sim.Context, _ sim.Claim, arg uint64) {
	k := int32(arg)
	t := &f.tokens[k]
	if t.state == waiting && f.lostOf(c, k) <= t.lost {
		return // it was granted and lost before it went on
	}
	t.lost++
	if t.state != holding {
		return
	}
	t.state = paused
	switch st := &f.steps[t.step]; {
	case st.flags&redraws != 0:
		left := f.value(c, k, &st.value)
		f.tokens[k].setTime(left)
	case st.flags&repeats != 0:
		t.setTime(t.time() - f.asides[k].began)
	default:
		t.setTime(t.time() - c.Now())
	}
}
