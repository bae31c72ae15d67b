package flow

import (
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/internal/slab"
)

// hold is a claim that a token holds. The latest one is in the token's record,
// those before it, which are seldom, in Flow.holds.
type hold struct {
	claim    sim.Claim // 0 for none
	resource sim.Resource
	next     int32 // the claim before it, 0 for none; or of unused records
}

// keep records that a token holds a claim.
func (f *Flow) keep(t *token, claim sim.Claim, r sim.Resource) {
	if t.held.claim != 0 {
		f.pushHold(t)
	}
	t.held.claim, t.held.resource = claim, r
}

// pushHold makes room for another claim in a token's record.
func (f *Flow) pushHold(t *token) {
	h := f.freeHold
	if h == 0 {
		h = int32(len(f.holds))
		f.holds = slab.Append(f.holds, hold{})
	} else {
		f.freeHold = f.holds[h].next
	}
	f.holds[h] = t.held
	t.held.next = h
}

// freeHoldAt ends record h.
func (f *Flow) freeHoldAt(h int32) {
	f.holds[h].next = f.freeHold
	f.freeHold = h
}

// eachHold yields the claims that token k holds, the latest first.
func (f *Flow) eachHold(k int32) func(yield func(*hold) bool) {
	return func(yield func(*hold) bool) {
		for p := &f.tokens[k].held; p.claim != 0 && yield(p) && p.next != 0; {
			p = &f.holds[p.next]
		}
	}
}

// lostOf returns how many of the claims that token k went on with are lost at
// present.
func (f *Flow) lostOf(c *sim.Context, k int32) (n int16) {
	for h := range f.eachHold(k) {
		if !c.Held(h.claim) {
			n++
		}
	}
	return n
}

// giveUp releases the claim on a resource that token k holds, the latest one.
func (f *Flow) giveUp(c *sim.Context, k int32, r sim.Resource) {
	t := &f.tokens[k]
	claim := t.held.claim
	switch next := t.held.next; {
	case claim == 0 || t.held.resource != r:
		claim = f.takeEarlier(c, t, r)
	case next != 0:
		t.held = f.holds[next]
		f.freeHoldAt(next)
	default:
		t.held.claim = 0
	}
	if t.lost > 0 && !c.Held(claim) {
		t.lost--
	}
	c.Release(claim)
}

// takeEarlier takes the claim on a resource from those of a token, where it is
// not the latest of all.
func (f *Flow) takeEarlier(c *sim.Context, t *token, r sim.Resource) sim.Claim {
	link := &t.held.next
	for *link != 0 && f.holds[*link].resource != r {
		link = &f.holds[*link].next
	}
	h := *link
	if h == 0 {
		c.Fail(fmt.Errorf("it releases resource %q, which it does not hold", c.ResourceName(r)))
	}
	*link = f.holds[h].next
	f.freeHoldAt(h)
	return f.holds[h].claim
}

// giveUpOne releases the latest claim of token k on one of several resources.
func (f *Flow) giveUpOne(c *sim.Context, k int32, resources []sim.Resource) {
	r := resources[0] // if it holds none, giveUp says so
	for h := range f.eachHold(k) {
		if slices.Contains(resources, h.resource) {
			r = h.resource
			break
		}
	}
	f.giveUp(c, k, r)
}

// holdsNothing fails if token k holds a resource or stands on a conveyor.
func (f *Flow) holdsNothing(c *sim.Context, k int32) {
	if f.tokens[k].held.claim != 0 || len(f.belts) > 0 {
		f.holdsStill(c, k)
	}
}

// holdsStill fails if it is so.
func (f *Flow) holdsStill(c *sim.Context, k int32) {
	if h := &f.tokens[k].held; h.claim != 0 {
		c.Fail(fmt.Errorf("%s ends while it holds resource %q: Release comes first", f.NameOf(uint64(k)), c.ResourceName(h.resource)))
	}
	for i := range f.belts {
		if b := &f.belts[i]; len(b.riders) > 0 && b.riders[0] == k {
			c.Fail(fmt.Errorf("%s ends while it stands at the end of conveyor %q: Leave comes first", f.NameOf(uint64(k)), b.name))
		}
	}
}
