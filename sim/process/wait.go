package process

import (
	"fmt"

	"github.com/quatre-ppl/quatre/sim"
)

// Condition is something that WaitAny can wait for.
type Condition struct {
	sort    conditionSort
	time    float64
	place   int32
	amount  float64
	match   func(item any) bool
	item    any
	process *Process
	options []Option
	needs   []sim.Need
}

type conditionSort uint8

const (
	forTimeout conditionSort = iota
	forResource
	forResources
	forGet
	forPut
	forGetItem
	forPutItem
	forSignal
	forEnd
)

// Timeout is met when a time has passed.
func Timeout(delay float64) Condition { return Condition{sort: forTimeout, time: delay} }

// Seized is met when units of a resource are granted, which the process then
// holds.
func Seized(r sim.Resource, opts ...Option) Condition {
	return Condition{sort: forResource, place: int32(r), options: opts}
}

// AllSeized is met when units of several resources are granted together, which
// the process then holds.
func AllSeized(needs []sim.Need, opts ...Option) Condition {
	return Condition{sort: forResources, needs: needs, options: opts}
}

// Got is met when an amount was taken out of a container.
func Got(ct sim.Container, amount float64) Condition {
	return Condition{sort: forGet, place: int32(ct), amount: amount}
}

// Filled is met when an amount was put in a container.
func Filled(ct sim.Container, amount float64) Condition {
	return Condition{sort: forPut, place: int32(ct), amount: amount}
}

// Item is met when an item of a store is there for which match is true; a nil
// match takes any. WaitAny's caller gets it from Taken.
func Item(s sim.Store, match func(item any) bool) Condition {
	return Condition{sort: forGetItem, place: int32(s), match: match}
}

// Stored is met when an item was put in a store.
func Stored(s sim.Store, item any) Condition {
	return Condition{sort: forPutItem, place: int32(s), item: item}
}

// Fired is met when a signal is fired.
func Fired(s sim.Signal) Condition { return Condition{sort: forSignal, place: int32(s)} }

// End is met when another process has ended.
func End(q *Process) Condition { return Condition{sort: forEnd, process: q} }

// waiter is a condition under way.
type waiter struct {
	claim sim.Claim
	timer sim.Timer
}

// WaitAny waits until one of several conditions is met and returns its number,
// from 0; what the others claimed is withdrawn. If several are met at once, the
// first in the list counts. Without conditions nothing could ever end the wait: that
// is a fault.
func (p *Process) WaitAny(conditions ...Condition) (which int, err error) {
	if len(conditions) == 0 {
		p.g.c.Fail(fmt.Errorf("%s waits for any of no conditions, which would be for ever: name at least one", p))
	}
	p.r.any = p.r.any[:0]
	for i := range conditions {
		w, met := p.begin(int32(i), &conditions[i], len(conditions) > 1)
		p.r.any = append(p.r.any, w)
		if met {
			p.withdraw(conditions[:i])
			p.turn++ // a listener that is left behind becomes stale
			p.finish(&conditions[i], w)
			return i, nil
		}
	}
	p.state, p.r.which = waiting, -1
	err = p.suspend()
	which = p.r.which
	if err != nil {
		which = -1
	}
	for i := range conditions {
		if i != which {
			p.undo(&conditions[i], p.r.any[i])
		}
	}
	if which >= 0 {
		p.finish(&conditions[which], p.r.any[which])
	}
	return which, err
}

// begin starts to wait for condition i; met is true if it is met at once.
func (p *Process) begin(i int32, q *Condition, several bool) (w waiter, met bool) {
	c := p.g.c
	req, units := p.request(eventAny+i, q.options)
	if several {
		req.Flags |= sim.Timed
	}
	switch q.sort {
	case forTimeout:
		w.timer = c.Timer(q.time, p.g.self, eventAny+i, p.arg())
	case forResource:
		w.claim, met = c.Seize(sim.Resource(q.place), units, req)
	case forResources:
		var claims []sim.Claim
		claims, met = c.SeizeAll(nil, q.needs, req)
		w.claim = claims[0]
	case forGet:
		w.claim, met = c.Get(sim.Container(q.place), q.amount, req)
	case forPut:
		w.claim, met = c.Put(sim.Container(q.place), q.amount, req)
	case forGetItem:
		w.claim, met = c.GetItem(sim.Store(q.place), q.match, req)
	case forPutItem:
		w.claim, met = c.PutItem(sim.Store(q.place), q.item, req)
	case forSignal:
		w.claim = c.Await(sim.Signal(q.place), req)
	case forEnd:
		if q.process.state == over {
			return w, true
		}
		if q.process.joined == nil {
			q.process.joined = new([]listener)
		}
		*q.process.joined = append(*q.process.joined, listener{eventAny + i, p.arg()})
	}
	return w, met
}

// withdraw takes back conditions that were begun.
func (p *Process) withdraw(conditions []Condition) {
	for i := range conditions {
		p.undo(&conditions[i], p.r.any[i])
	}
}

// undo takes back a condition that is not the one that counts: one that was met
// at the same moment gives back what it got.
func (p *Process) undo(q *Condition, w waiter) {
	c := p.g.c
	if q.sort == forTimeout {
		c.CancelTimer(w.timer)
		return
	}
	if q.sort == forEnd || c.Withdraw(w.claim) {
		return // a listener that is left behind is stale
	}
	req := sim.Request{Owner: p.g.self, Kind: eventGo, Arg: p.arg() - 1<<32}
	switch q.sort {
	case forResource, forResources:
		for _, claim := range c.Together(nil, w.claim) {
			c.Release(claim)
		}
	case forGet:
		c.Put(sim.Container(q.place), q.amount, req)
	case forPut:
		c.Get(sim.Container(q.place), q.amount, req)
	case forGetItem:
		c.PutItem(sim.Store(q.place), c.Item(w.claim), req)
	}
}

// finish takes what the condition that counts has granted.
func (p *Process) finish(q *Condition, w waiter) {
	switch q.sort {
	case forResource:
		r, _ := p.g.c.ResourceOf(w.claim)
		p.keep(w.claim, r)
	case forResources:
		for i, claim := range p.g.c.Together(nil, w.claim) {
			p.keep(claim, q.needs[i].Resource)
		}
	case forGetItem:
		p.taken = p.g.c.Item(w.claim)
	}
}

// keep adds a claim to those that the process holds.
func (p *Process) keep(claim sim.Claim, r sim.Resource) {
	p.r.holds = append(p.r.holds, held{claim, r})
	if !p.g.c.Held(claim) {
		p.lost++ // lost again before it came here
	}
}

// Taken returns the item of the latest Item condition that was met.
func (p *Process) Taken() any { return p.taken }

// Get takes an amount out of a container and waits until it is there.
func (p *Process) Get(ct sim.Container, amount float64) error {
	_, err := p.WaitAny(Got(ct, amount))
	return err
}

// Put adds an amount to a container and waits until there is room.
func (p *Process) Put(ct sim.Container, amount float64) error {
	_, err := p.WaitAny(Filled(ct, amount))
	return err
}

// GetItem waits for an item of a store for which match is true, nil for any,
// and returns it.
func (p *Process) GetItem(s sim.Store, match func(item any) bool) (any, error) {
	if _, err := p.WaitAny(Item(s, match)); err != nil {
		return nil, err
	}
	return p.taken, nil
}

// PutItem puts an item in a store and waits until there is room.
func (p *Process) PutItem(s sim.Store, item any) error {
	_, err := p.WaitAny(Stored(s, item))
	return err
}

// Wait waits for a signal.
func (p *Process) Wait(s sim.Signal) error {
	_, err := p.WaitAny(Fired(s))
	return err
}

// WaitAll waits until all of several conditions have been met, at the same time or
// one after the other; what they grant is held from then on. End conditions wait
// for other processes. After an interrupt everything is given back. Of several
// Item conditions Taken has the last item. Without conditions there is nothing to wait
// for: it returns at once, as for a list of processes of which none is left.
func (p *Process) WaitAll(conditions ...Condition) (err error) {
	p.r.any, p.r.met, p.r.left = p.r.any[:0], p.r.met[:0], 0
	for i := range conditions {
		w, met := p.begin(int32(i), &conditions[i], false)
		p.r.any, p.r.met = append(p.r.any, w), append(p.r.met, met)
		if !met {
			p.r.left++
		}
	}
	if p.r.left > 0 {
		p.state = waiting
		err = p.suspend()
		p.r.left = 0
	}
	for i := range conditions {
		if err != nil {
			p.undo(&conditions[i], p.r.any[i])
		} else {
			p.finish(&conditions[i], p.r.any[i])
		}
	}
	return err
}

// meet notes that condition i of WaitAll is met; true if that was the last.
func (r *routine) meet(i int32) bool {
	if r.met[i] {
		return false // granted again after a preemption
	}
	r.met[i] = true
	r.left--
	return r.left == 0
}
