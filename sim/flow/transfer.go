package flow

import (
	"errors"
	"fmt"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/internal/slab"
)

// passage is a token on its way to another flow.
type passage struct {
	time, delay float64
	born        float64
	target      *Flow // of another simulation
	step        int32
	priority    int32
	attributes  []float64
	next        int32 // of unused records
}

// Transfer sends the token to a label of another flow, where it is after a
// delay. It keeps its priority, the time of its birth and the values of its
// attributes, in the order in which both flows have them. Here it counts as a
// departure of the sort "to G", with G the other flow's name; it may hold nothing,
// and be neither a batch nor the copy of a split. The other flow may belong to
// another simulation if both run in a Cluster.
func (f *Flow) Transfer(to *Flow, label string, delay Quantity) *Flow {
	at := f.exitOf("to " + to.name)
	return f.add(step{code: opTransfer, place: at, value: delay, target: to, entrance: label})
}

// connect resolves the entrance of a Transfer step.
func (f *Flow) connect(i int32) error {
	st := &f.steps[i]
	at, ok := st.target.labels[st.entrance]
	switch {
	case !ok:
		return fmt.Errorf("%s goes to the label %q of flow %q, which there is not", f.stepName(i), st.entrance, st.target.name)
	case st.target.width < f.width:
		return fmt.Errorf("%s: flow %q has fewer attributes than flow %q", f.stepName(i), st.target.name, f.name)
	case st.target.c != f.c && !f.clustered:
		return fmt.Errorf("%s goes to a flow of another simulation: they run together in a Cluster", f.stepName(i))
	}
	st.amount = at
	return nil
}

// transfer sends token k on its way.
func (f *Flow) transfer(c *sim.Context, k int32, st *step) {
	delay := f.value(c, k, &st.value)
	t := &f.tokens[k]
	if !(delay >= 0) {
		c.Fail(fmt.Errorf("a delay of %v: want it finite and ≥ 0", delay))
	}
	if t.stands || t.family != 0 {
		c.Fail(errors.New("a batch or a copy of a split goes to another flow: Unbatch or Combine comes first"))
	}
	p := passage{time: c.Now() + delay, delay: delay, born: t.born, target: st.target, step: st.amount, priority: t.priority}
	p.attributes = append(p.attributes, f.attributes[int(k)*f.width:int(k+1)*f.width]...)
	if c.Observed() {
		c.Observe(sim.Moved, f.self, t.number, st.target.name, delay)
	}
	f.depart(c, k, st)
	if st.target.c != f.c {
		f.outbox = append(f.outbox, p)
		return
	}
	// A copy of the simulation has a copy of the other flow.
	c.Entity(st.target.self).(*Flow).expect(c, &p)
}

// expect schedules the entrance of a token from another flow.
func (f *Flow) expect(c *sim.Context, p *passage) {
	i := f.freePassage
	if i == 0 {
		i = int32(len(f.inbox))
		f.inbox = slab.Append(f.inbox, passage{})
	} else {
		f.freePassage = f.inbox[i].next
	}
	f.inbox[i] = *p
	c.ScheduleAt(p.time, 0, f.self, eventEntrance, arrivalBit|uint64(i))
}

// receive makes the token of passage i.
func (f *Flow) receive(c *sim.Context, i int32) {
	p := &f.inbox[i]
	k := f.enter(c, p.step)
	f.tokens[k].born, f.tokens[k].priority = p.born, p.priority
	copy(f.attributes[int(k)*f.width:int(k+1)*f.width], p.attributes)
	*p = passage{next: f.freePassage}
	f.freePassage = i
	f.run(c, k)
}
