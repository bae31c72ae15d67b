package calendar

import "math"

// Sizes of the ladder, from measurements of the hold model with exponential
// increments at 16 to 1 M pending events.
const (
	// smallBottom is how many events a sorted array holds before the ladder
	// begins.
	smallBottom = 48
	// leastRoom is the least room for the bottom, so that it seldom meets an end.
	leastRoom = 128
	// reach is how far from its end the bottom is searched for the place of a
	// new event before the side heap gets it.
	reach = 40
	// fewInBucket is how many events of a bucket are sorted at once; more are
	// spread over a finer rung first.
	fewInBucket = 64
	// perBucket is the number of events that a bucket of a fine rung gets in the
	// region of highest density.
	perBucket = 6
	// fewInRung is how many events are spread over a fine rung at once, and
	// perCoarse the number of events for a bucket of a coarse rung.
	fewInRung = 8192
	perCoarse = 4096
	// maxBuckets keeps the ends of all buckets of a rung within the fast caches.
	maxBuckets = 4096
	// manyAtOnce is how many events the top holds before its memory is given back
	// when they move to the first rung.
	manyAtOnce = 1 << 16
	// manyInSide is how many events the side heap holds; more become a rung of
	// buckets of spillBucket.
	manyInSide  = 1024
	spillBucket = 64
	// maxRungs bounds the depth of rungs: a bucket below is sorted as it is.
	maxRungs = 12
)

// Calendar is a set of pending events. The zero value is empty and ready to
// use. It is for one goroutine.
//
// Events are in the pair, while they are two at most, or each is in one of these
// places, in order of time: the side heap and the bottom (both before everything
// else), the rungs from the finest to the coarsest, the top.
type Calendar struct {
	pair [2]Event // see pair.go
	// few is one more than the number of events in the pair, 0 if it is not in use.
	few uint64
	// bottom is sorted in room[head:tail]. There is room before and behind, so that
	// an event that is the first or the last moves no other.
	room       []Event
	head, tail int
	// side is a 4-ary heap of events that would lie too deep in the bottom.
	side []Event
	// rungs[0] is the coarsest.
	rungs   []rung
	records records
	chunks  chunks
	// top holds the events from topStart on, unsorted. While everything lies
	// in the bottom, or in the pair, topStart is meaningless and laddered is false.
	top      []Event
	topStart float64
	laddered bool

	sequence uint64
	slots    slots
	sample   []float64 // scratch of bucketWidth
	drained  []Event   // scratch of lowerBucket
}

// Empty makes the calendar as good as new, but keeps the memory for the bottom.
func (c *Calendar) Empty() { *c = Calendar{room: c.room} }

// Len returns the number of pending events.
func (c *Calendar) Len() int { return c.held() - c.slots.dead }

// held returns the number of events in the calendar, cancelled ones included.
func (c *Calendar) held() int {
	return c.inPair() + c.tail - c.head + len(c.side) + len(c.top) + c.records.held + c.chunks.held
}

// Schedule adds an event and gives it the next sequence number: among events
// of equal time and priority the one scheduled first is first. time must be
// finite, ≥ 0 and not −0, priority between MinPriority and MaxPriority; the caller
// checks that.
func (c *Calendar) Schedule(time float64, priority int, address, arg uint64) {
	c.sequence++
	c.insert(time, order(priority, c.sequence), address, arg)
}

// ScheduleOrdered is Schedule with an Order that the caller has made: no two
// events of one time may have the same.
func (c *Calendar) ScheduleOrdered(time float64, order, address, arg uint64) {
	c.insert(time, order, address, arg)
}

// NextOrder returns the Order of an event of priority 0 with the next sequence number.
func (c *Calendar) NextOrder() uint64 {
	c.sequence++
	return order(0, c.sequence)
}

// insert puts an event where it belongs. Whatever calls another function does it
// last, so that the processor's registers need not be saved.
func (c *Calendar) insert(time float64, order, address, arg uint64) {
	if !c.laddered {
		c.insertFew(time, order, address, arg)
		return
	}
	if time >= c.topStart {
		n := len(c.top)
		if n == cap(c.top) {
			c.growTop(time, order, address, arg)
			return
		}
		c.top = c.top[:n+1]
		c.top[n].set(time, order, address, arg)
		return
	}
	for i := range c.rungs {
		r := &c.rungs[i]
		k, ok := r.place(time)
		if !ok {
			continue
		}
		n := c.records.free
		if k >= len(r.fine) || n == 0 {
			c.add(r, k, time, order, address, arg)
			return
		}
		// As add does, without a call.
		c.records.free = c.records.next[n]
		c.records.events[n].set(time, order, address, arg)
		c.records.link(&r.fine[k], n)
		return
	}
	c.insertBottom(&Event{Time: time, Order: order, Address: address, Arg: arg})
}

// growTop is insert where the top is full.
func (c *Calendar) growTop(time float64, order, address, arg uint64) {
	c.top = append(c.top, Event{Time: time, Order: order, Address: address, Arg: arg})
}

// Ready returns the first event in its place, nil if Pop has to look for it. The
// event is valid until the calendar is used again; Drop removes it.
func (c *Calendar) Ready() *Event {
	var e *Event
	if n := c.few; n > 1 {
		e = &c.pair[n&1]
	} else if c.head < c.tail && len(c.side) == 0 {
		e = &c.room[c.head]
	} else {
		return nil
	}
	if e.Kind() < 0 {
		return nil
	}
	return e
}

// Drop removes the event that Ready has returned.
func (c *Calendar) Drop() {
	if c.few > 0 {
		c.few--
	} else {
		c.head++
	}
}

// Pop removes and returns the first event if its time is at most until.
func (c *Calendar) Pop(until float64) (e Event, ok bool) {
	for {
		if c.head < c.tail && len(c.side) == 0 {
			e = c.room[c.head]
			if e.Time > until {
				return e, false
			}
			c.head++
		} else if c.few > 1 {
			e = c.pair[c.few&1]
			if e.Time > until {
				return e, false
			}
			c.few--
		} else if !c.popSide(until, &e) {
			return e, false
		}
		if e.Kind() >= 0 || c.slots.revive(&e) {
			return e, true
		}
	}
}

// popSide is Pop where the bottom is empty or the side heap is not.
func (c *Calendar) popSide(until float64, e *Event) bool {
	if c.head == c.tail && len(c.side) == 0 && !c.refill() {
		return false
	}
	if len(c.side) > 0 && (c.head == c.tail || before(&c.side[0], &c.room[c.head])) {
		if c.side[0].Time > until {
			return false
		}
		*e = c.side[0]
		c.dropSide()
		return true
	}
	if c.room[c.head].Time > until {
		return false
	}
	*e = c.room[c.head]
	c.head++
	return true
}

// NextTime returns the time of the first pending event, +Inf without one.
func (c *Calendar) NextTime() float64 {
	for {
		var e *Event
		inSide := false
		switch {
		case c.few > 1:
			e = &c.pair[c.few&1]
		case c.head == c.tail && len(c.side) == 0 && !c.refill():
			return math.Inf(1)
		case len(c.side) > 0 && (c.head == c.tail || before(&c.side[0], &c.room[c.head])):
			e, inSide = &c.side[0], true
		default:
			e = &c.room[c.head]
		}
		if e.Kind() >= 0 || !c.slots.table[e.Arg].dead {
			return e.Time
		}
		c.slots.drop(uint32(e.Arg))
		if inSide {
			c.dropSide()
		} else {
			c.Drop()
		}
	}
}
