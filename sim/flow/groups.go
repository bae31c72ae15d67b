package flow

import (
	"math"

	"github.com/quatre-ppl/quatre/sim"
)

// Batch holds tokens until there are n and then sends a new token on that stands
// for them, with the attributes and the priority of the first. Unbatch sends the
// members on again.
func (f *Flow) Batch(n int) *Flow {
	if n < 1 || n > math.MaxInt32 {
		f.reject("a batch of %d: want 1 to %d", n, math.MaxInt32)
	}
	return f.add(step{code: opBatch, amount: int32(n)})
}

// Unbatch ends a token that stands for a batch; the members go on with the next
// step. A token that is no batch goes on alone.
func (f *Flow) Unbatch() *Flow { return f.add(step{code: opUnbatch}) }

// Split makes n copies of the token, with its attributes and priority but
// without what it holds; they and the token go on with the next step, or the
// copies at a label if one is given. Combine joins them again.
func (f *Flow) Split(n int, label ...string) *Flow {
	if n < 1 || n > mostAtOnce {
		f.reject("a split into %d copies: want 1 to %d", n, mostAtOnce)
	}
	return f.addOptional(step{code: opSplit, amount: int32(n), labels: append(label[:len(label):len(label)], "")[:1]})
}

// Combine waits for all copies of the token's latest Split that are still in the
// system, the token itself among them; the one that came first goes on and the
// others end. A token that was not split goes on at once.
func (f *Flow) Combine() *Flow { return f.add(step{code: opCombine}) }

// batch adds token k to the batch of a step; it returns the token that stands
// for the batch if it is full, else 0.
func (f *Flow) batch(c *sim.Context, k int32, at int32) int32 {
	st := &f.steps[at]
	f.tokens[k].state = grouped
	f.tokens[k].next = st.waiting
	st.waiting = k
	if st.count++; st.count < st.amount {
		return 0
	}
	// The list has the last first: turn it round.
	first := int32(0)
	for m := st.waiting; m != 0; {
		next := f.tokens[m].next
		f.tokens[m].next = first
		first, m = m, next
	}
	st.waiting, st.count = 0, 0
	b := f.create(c, at+1)
	f.tokens[b].group, f.tokens[b].stands = first, true
	f.tokens[b].priority = f.tokens[first].priority
	copy(f.attributes[int(b)*f.width:int(b+1)*f.width], f.attributes[int(first)*f.width:])
	f.observe(c, sim.Begun, b, 0)
	return b
}

// unbatch sends the members of token k on; they go when the present events of
// this time are over.
func (f *Flow) unbatch(c *sim.Context, k int32) {
	f.holdsNothing(c, k)
	for m := f.tokens[k].group; m != 0; {
		next := f.tokens[m].next
		f.tokens[m].step = f.tokens[k].step + 1
		f.tokens[m].state = running
		f.tokens[m].next = 0
		c.Schedule(0, f.self, eventGo, uint64(m))
		m = next
	}
	f.observe(c, sim.Ended, k, 0)
	f.destroy(k)
}

// split makes the copies of token k.
func (f *Flow) split(c *sim.Context, k int32) {
	at := f.tokens[k].step
	n := f.steps[at].amount
	target := f.steps[at].targets[0]
	if target == at {
		target = at + 1
	}
	kin := f.freeKin
	if kin == 0 {
		kin = int32(len(f.families))
		f.families = append(f.families, family{})
	} else {
		f.freeKin = f.families[kin].parent
	}
	f.families[kin] = family{members: n + 1, parent: f.tokens[k].family}
	f.tokens[k].family = kin
	for range n {
		d := f.create(c, target)
		f.tokens[d].family = kin
		f.tokens[d].priority = f.tokens[k].priority
		copy(f.attributes[int(d)*f.width:int(d+1)*f.width], f.attributes[int(k)*f.width:])
		c.Schedule(0, f.self, eventGo, uint64(d))
		f.observe(c, sim.Begun, d, 1)
	}
	c.Change(f.number, float64(n))
}

// combine has token k meet its kin; true if it goes on now.
func (f *Flow) combine(c *sim.Context, k int32) bool {
	kin := f.tokens[k].family
	if kin == 0 {
		return true
	}
	fam := &f.families[kin]
	if fam.waiting++; fam.waiting == 1 {
		fam.first = k
		f.tokens[k].state = grouped
	} else {
		f.holdsNothing(c, k)
		f.observe(c, sim.Ended, k, 1)
		f.destroy(k)
		c.Change(f.number, -1)
	}
	f.reunite(c, kin)
	return false
}

// reunite sends on the token that waits for its kin if nobody is missing.
func (f *Flow) reunite(c *sim.Context, kin int32) {
	fam := &f.families[kin]
	if fam.waiting == 0 || fam.waiting < fam.members {
		return
	}
	k := fam.first
	f.tokens[k].family = fam.parent
	f.tokens[k].state = running
	f.tokens[k].step++
	fam.parent, f.freeKin = f.freeKin, kin
	c.Schedule(0, f.self, eventGo, uint64(k))
}

// leaveFamily takes a departing token from its family, and from those of its
// ancestors that have nobody left.
func (f *Flow) leaveFamily(c *sim.Context, kin int32) {
	for kin != 0 {
		fam := &f.families[kin]
		if fam.members--; fam.members > 0 {
			f.reunite(c, kin)
			return
		}
		parent := fam.parent
		fam.parent, f.freeKin = f.freeKin, kin
		kin = parent
	}
}

// observe puts a line about token k in the trace that says how many of the
// tokens in the system it is: a batch is none beyond its members.
func (f *Flow) observe(c *sim.Context, w sim.What, k int32, tokens float64) {
	if c.Observed() {
		c.Observe(w, f.self, f.tokens[k].number, f.name, tokens)
	}
}
