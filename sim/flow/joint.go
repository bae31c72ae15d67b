package flow

import (
	"fmt"

	"github.com/quatre-ppl/quatre/sim"
)

// SeizeAll claims units of several resources together: they are granted at the
// same moment, and nothing is held meanwhile (see sim.Context.SeizeAll). Each is
// released by a Release of its own. Of the options, those about priority,
// patience and balking apply; a token balks if one of the queues is too long.
func (f *Flow) SeizeAll(needs []sim.Need, options ...SeizeOption) *Flow {
	s := step{code: opSeizeAll, needs: append([]sim.Need(nil), needs...), labels: make([]string, 2)}
	for _, o := range options {
		o(&s)
	}
	seen := map[sim.Resource]bool{}
	for _, n := range needs {
		if n.Units < 1 || seen[n.Resource] {
			f.reject("seizes %d units of resource %q among others: want at least 1, and each resource once", n.Units, f.c.ResourceName(n.Resource))
		}
		seen[n.Resource] = true
	}
	if len(needs) == 0 || s.flags&preempts != 0 {
		f.reject("seizes %d resources together: want at least one, and without preemption", len(needs))
	}
	return f.addOptional(s)
}

// seizeAll makes the joint claim of a step for token k; true if it goes on at
// once.
func (f *Flow) seizeAll(c *sim.Context, k int32, st *step) bool {
	if st.flags&canBalk != 0 {
		for _, n := range st.needs {
			if f.balks(c, &f.tokens[k], st, n.Resource, n.Units) {
				return true
			}
		}
	}
	req := sim.Request{Owner: f.self, Kind: eventGranted, Arg: uint64(k), Priority: f.tokens[k].priority, Lost: -1}
	if st.flags&hasPriority != 0 {
		req.Priority = f.priority(c, k, &st.ahead)
	}
	if st.flags&hasPatience != 0 {
		req.Flags |= sim.Timed
	}
	claims, held := c.SeizeAll(nil, st.needs, req)
	if held {
		f.keepAll(c, k, claims[0])
		return true
	}
	f.wait(c, k, claims[0], st)
	return false
}

// keepAll adds the parts of a joint claim to what token k holds. Some may have
// been lost again before it came here.
func (f *Flow) keepAll(c *sim.Context, k int32, first sim.Claim) {
	st := &f.steps[f.tokens[k].step]
	claims := c.Together(nil, first)
	if len(claims) != len(st.needs) {
		c.Fail(fmt.Errorf("%d of %d resources are held", len(claims), len(st.needs)))
	}
	for i, claim := range claims {
		f.keep(&f.tokens[k], claim, st.needs[i].Resource)
		if !c.Held(claim) {
			f.tokens[k].lost++
		}
	}
}
