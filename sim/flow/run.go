package flow

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/sim"
)

// Kinds of events of a flow. Arg is a token's record, or arrivalBit and a step.
const (
	eventArrive  int32 = iota
	eventEnd           // of a delay
	eventGranted       // a claim
	eventImpatient
	eventGo       // on with the next step
	eventBelt     // something is due on a conveyor
	eventEntrance // of a token from another flow
)

// arrivalBit tells the number of an arrival's step from a token's record.
const arrivalBit = 1 << 63

// loopLimit is how many steps a token may take without a delay before that is
// taken for an endless loop.
const loopLimit = 1 << 20

// mostAtOnce is how many tokens may arrive by one step at one moment before that
// is taken for arrivals without an interval.
const mostAtOnce = 1 << 21

// Handle executes an event of the flow.
func (f *Flow) Handle(c *sim.Context, e sim.Event) error {
	f.active = 0
	switch k := int32(e.Arg); e.Kind {
	case eventEnd:
		// A delay that was interrupted has left its event behind.
		if t := &f.tokens[k]; t.state == holding && t.time() == c.Now() {
			t.state = running
			t.step++
			f.run(c, k)
		}
	case eventGranted:
		f.granted(c, k)
	case eventArrive:
		f.arrive(c, int32(e.Arg&^arrivalBit))
	case eventImpatient:
		if t := &f.tokens[k]; t.state == waiting && c.Withdraw(t.claim()) {
			f.reneged++
			t.state = running
			t.step = f.steps[t.step].targets[0]
			f.run(c, k)
		}
	case eventGo:
		f.run(c, k)
	case eventBelt:
		f.moveBelt(c, int32(e.Arg&^arrivalBit))
	case eventEntrance:
		f.receive(c, int32(e.Arg&^arrivalBit))
	}
	return nil
}

// interarrival draws the time to the next arrival; false if there is none.
func (f *Flow) interarrival(c *sim.Context, st *step) (float64, bool) {
	if st.limit > 0 && st.made >= st.limit {
		return 0, false
	}
	return c.TryDraw(st.value.source)
}

// arrive makes the tokens of an arrival and schedules the next one.
func (f *Flow) arrive(c *sim.Context, at int32) {
	st := &f.steps[at]
	n := 1
	if st.flags&hasPriority != 0 {
		n = f.count(c, 0, &st.ahead)
	}
	st.made += uint64(n)
	if st.crowd += uint64(n); st.crowd > mostAtOnce && st.limit == 0 {
		c.Fail(fmt.Errorf("%d arrivals at one moment: want an interval > 0, or a limit if so many are meant", st.crowd))
	}
	delay, ok := 0.0, false
	if st.limit == 0 {
		delay, ok = c.Drawn(st.value.source)
	}
	if !ok {
		delay, ok = f.interarrival(c, st)
	}
	if ok {
		if delay > 0 {
			st.crowd = 0
		}
		c.Schedule(delay, f.self, eventArrive, arrivalBit|uint64(at))
	}
	for range n {
		f.run(c, f.enter(c, at+1))
	}
}

// Enter makes a token, which goes on at an Entrance with the given label, and
// returns its number. Attributes are set in the order in which they were added.
func (f *Flow) Enter(c *sim.Context, label string, attributes ...float64) uint64 {
	at, ok := f.labels[label]
	if !ok || len(attributes) > f.width {
		c.Fail(fmt.Errorf("a token enters flow %q at %q with %d attributes: there are the attributes %v", f.name, label, len(attributes), f.attrNames))
	}
	k := f.enter(c, at)
	copy(f.attributes[int(k)*f.width:int(k+1)*f.width], attributes)
	c.Schedule(0, f.self, eventGo, uint64(k))
	return f.tokens[k].number
}

// enter makes a token that will take the given step, and counts it as one that
// enters the system.
func (f *Flow) enter(c *sim.Context, step int32) int32 {
	k := f.create(c, step)
	f.arrived++
	c.Change(f.number, 1)
	if c.Observed() {
		c.Observe(sim.Arrived, f.self, f.tokens[k].number, f.name, 0)
	}
	return k
}

// count evaluates a quantity that is a number of things.
func (f *Flow) count(c *sim.Context, k int32, q *Quantity) int {
	x := math.Round(f.value(c, k, q))
	if !(x >= 0 && x <= 1e9) {
		c.Fail(fmt.Errorf("%q makes %v tokens at once: want 0 to 1e9", f.name, x))
	}
	return int(x)
}

// run has token k take its steps until it has to wait.
func (f *Flow) run(c *sim.Context, k int32) {
	f.active = k
	at := f.tokens[k].step
	for n := 0; n < loopLimit; n++ {
		f.executed++
		st := &f.steps[at]
		switch st.code {
		case opSeize:
			if !f.seize(c, k, st, sim.Resource(st.place)) {
				return
			}
			f.tokens[k].step++ // it may have balked, which is another step
		case opHold:
			f.delay(c, k, st)
			return
		case opRelease:
			if t := &f.tokens[k]; t.held.claim != 0 && t.held.resource == sim.Resource(st.place) && t.held.next == 0 && t.lost == 0 {
				claim := t.held.claim
				t.held.claim = 0
				c.Release(claim)
			} else {
				f.giveUp(c, k, sim.Resource(st.place))
			}
			at++ // nobody has moved the token: the next step is known early
			f.tokens[k].step = at
			continue
		case opDepart:
			f.depart(c, k, st)
			return
		case opGoto:
			f.tokens[k].step = st.targets[0]
		case opDecide:
			f.tokens[k].step = decide(at, st, c.Draw(st.value.source))
		case opIf:
			next := at + 1
			if st.test(c, Token{f, k}) {
				next = st.targets[0]
			}
			f.tokens[k].step = next
		default:
			next := f.rare(c, k, st)
			if next == 0 {
				return
			}
			k = next
			f.active = k
		}
		at = f.tokens[k].step
	}
	c.Fail(fmt.Errorf("it took %d steps without a delay: an endless loop", loopLimit))
}

// decide returns the step after a choice at random.
func decide(at int32, st *step, u float64) int32 {
	for i, share := range st.shares {
		if u < share {
			return st.targets[i]
		}
	}
	return at + 1
}

// rare takes the steps that need no speed. It returns the token that goes on,
// 0 for none.
func (f *Flow) rare(c *sim.Context, k int32, st *step) int32 {
	t := &f.tokens[k]
	switch st.code {
	case opAssign:
		x := f.value(c, k, &st.value)
		f.attributes[int(k)*f.width+int(st.place)] = x
	case opPriority:
		p := f.priority(c, k, &st.value)
		f.tokens[k].priority = p
	case opRecord:
		c.Record(sim.Tally(st.place), f.value(c, k, &st.value))
	case opChange:
		c.Change(sim.Level(st.place), f.value(c, k, &st.value))
	case opSwitch:
		if i := f.value(c, k, &st.value); i >= 0 && i < float64(len(st.targets)) {
			f.tokens[k].step = st.targets[int(i)]
			return k
		}
	case opBatch:
		return f.batch(c, k, t.step)
	case opUnbatch:
		if t.stands {
			f.unbatch(c, k)
			return 0
		}
	case opSplit:
		f.split(c, k)
	case opCombine:
		if !f.combine(c, k) {
			return 0
		}
	case opFire:
		c.Fire(sim.Signal(st.place), int(st.amount))
	case opSeizeOne:
		if !f.seize(c, k, st, c.Shortest(st.lines)) {
			return 0
		}
	case opReleaseOne:
		f.giveUpOne(c, k, st.lines)
	case opSeizeAll:
		if !f.seizeAll(c, k, st) {
			return 0
		}
	case opTransfer:
		f.transfer(c, k, st)
		return 0
	case opPut, opGet, opWait, opPutItem, opGetItem:
		if !f.await(c, k, st) {
			return 0
		}
	case opAccess, opConvey, opExit:
		if !f.ride(c, k, st) {
			return 0
		}
	}
	f.tokens[k].step++
	return k
}

// priority evaluates a quantity that is a priority.
func (f *Flow) priority(c *sim.Context, k int32, q *Quantity) int32 {
	x := math.Round(f.value(c, k, q))
	if !(math.Abs(x) <= math.MaxInt32) {
		c.Fail(fmt.Errorf("a priority is %v: want a number", x))
	}
	return int32(x)
}

// delay begins the delay of a Hold step.
func (f *Flow) delay(c *sim.Context, k int32, st *step) {
	time, ok := 0.0, false
	if st.value.kind == isDraw {
		time, ok = c.Drawn(st.value.source)
	}
	if !ok {
		time = f.value(c, k, &st.value)
	}
	t := &f.tokens[k]
	if !(time >= 0 && time <= math.MaxFloat64) {
		c.Fail(fmt.Errorf("a delay of %v: want it finite and ≥ 0", time))
	}
	if st.flags&isTrip != 0 && c.Observed() {
		c.Observe(sim.Moved, f.self, t.number, f.steps[t.step+1].labels[0], time)
	}
	if t.lost > 0 {
		t.state = paused
		t.setTime(time)
		return
	}
	t.state = holding
	t.setTime(c.Now() + time)
	if st.flags&repeats != 0 {
		f.asideOf(k).began = c.Now()
	}
	c.Schedule(time, f.self, eventEnd, uint64(k))
}

// resume begins what is left of the delay of token k.
func (f *Flow) resume(c *sim.Context, k int32) {
	t := &f.tokens[k]
	left := t.time()
	t.state = holding
	t.setTime(c.Now() + left)
	if f.steps[t.step].flags&repeats != 0 {
		f.asideOf(k).began = c.Now()
	}
	c.Schedule(left, f.self, eventEnd, uint64(k))
}

// depart ends token k.
func (f *Flow) depart(c *sim.Context, k int32, st *step) {
	t := &f.tokens[k]
	if t.held.claim != 0 || len(f.belts) > 0 {
		f.holdsStill(c, k)
	}
	x := &f.exits[st.place]
	x.count++
	if time := c.Now() - t.born; !c.TallyOf(x.tally).Keep(time) {
		c.Record(x.tally, time)
	}
	if !t.stands {
		c.Change(f.number, -1)
	} else {
		f.departMembers(c, t.group)
	}
	if c.Observed() {
		c.Observe(sim.Departed, f.self, t.number, f.name, c.Now()-t.born)
	}
	kin := t.family
	f.destroy(k)
	if kin != 0 {
		f.leaveFamily(c, kin)
	}
}

// departMembers ends the members of a batch that departs as a whole.
func (f *Flow) departMembers(c *sim.Context, m int32) {
	for m != 0 {
		next := f.tokens[m].next
		f.holdsNothing(c, m)
		tokens := 0.0
		if !f.tokens[m].stands {
			tokens = 1
			c.Change(f.number, -1)
		} else {
			f.departMembers(c, f.tokens[m].group)
		}
		f.observe(c, sim.Ended, m, tokens)
		f.destroy(m)
		m = next
	}
}
