package flow

import "github.com/quatre-ppl/quatre/sim"

// Put adds an amount to a container and waits until there is room. Of the
// options, those about priority and patience apply.
func (f *Flow) Put(ct sim.Container, amount Quantity, options ...SeizeOption) *Flow {
	s := step{code: opPut, place: int32(ct), value: amount, labels: make([]string, 2)}
	for _, o := range options {
		o(&s)
	}
	return f.addOptional(s)
}

// Get takes an amount out of a container and waits until it is there. Of the
// options, those about priority and patience apply.
func (f *Flow) Get(ct sim.Container, amount Quantity, options ...SeizeOption) *Flow {
	s := step{code: opGet, place: int32(ct), value: amount, labels: make([]string, 2)}
	for _, o := range options {
		o(&s)
	}
	return f.addOptional(s)
}

// Wait waits for a signal. Of the options, those about priority and patience
// apply.
func (f *Flow) Wait(s sim.Signal, options ...SeizeOption) *Flow {
	st := step{code: opWait, place: int32(s), labels: make([]string, 2)}
	for _, o := range options {
		o(&st)
	}
	return f.addOptional(st)
}

// Fire wakes at most n tokens or others that wait for a signal; all if n is
// negative.
func (f *Flow) Fire(s sim.Signal, n int) *Flow {
	return f.add(step{code: opFire, place: int32(s), amount: int32(n)})
}

// await takes a step that may have to wait for a container, a store or a signal; true if
// token k goes on at once.
func (f *Flow) await(c *sim.Context, k int32, st *step) bool {
	req := sim.Request{Owner: f.self, Kind: eventGranted, Arg: uint64(k), Priority: f.tokens[k].priority, Lost: -1}
	if st.flags&hasPriority != 0 {
		req.Priority = f.priority(c, k, &st.ahead)
	}
	if st.flags&hasPatience != 0 {
		req.Flags = sim.Timed
	}
	var claim sim.Claim
	var done bool
	switch st.code {
	case opPut:
		claim, done = c.Put(sim.Container(st.place), f.value(c, k, &st.value), req)
	case opGet:
		claim, done = c.Get(sim.Container(st.place), f.value(c, k, &st.value), req)
	case opPutItem:
		claim, done = f.putItem(c, k, st, req)
	case opGetItem:
		claim, done = f.getItem(c, k, st, req)
	default:
		claim = c.Await(sim.Signal(st.place), req)
	}
	if done {
		return true
	}
	f.wait(c, k, claim, st)
	return false
}
