package calendar

import (
	"math"
	"slices"
)

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
// Every event is in one of these places, in order of time: the side heap and
// the bottom (both before everything else), the rungs from the finest to the
// coarsest, the top.
type Calendar struct {
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
	// in the bottom, topStart is meaningless and laddered is false.
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
	return c.tail - c.head + len(c.side) + len(c.top) + c.records.held + c.chunks.held
}

// Schedule adds an event and gives it the next sequence number: among events
// of equal time and priority the one scheduled first is first. time must be
// finite and ≥ 0, priority between MinPriority and MaxPriority; the caller
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

// insert puts an event where it belongs. Whatever calls another function does it
// last, so that the processor's registers need not be saved.
func (c *Calendar) insert(time float64, order, address, arg uint64) {
	if !c.laddered {
		if head, tail := c.head, c.tail; tail-head <= 1 && head > 0 && tail < len(c.room) {
			first := int(isEarlier(time, order, c.room[head].Time, c.room[head].Order) & 1)
			c.room[tail-first-first&(tail-head)].set(time, order, address, arg)
			c.head, c.tail = head-first, tail+1-first
			return
		}
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

// insertFew is insert while everything lies in the bottom.
func (c *Calendar) insertFew(time float64, order, address, arg uint64) {
	if c.tail-c.head >= smallBottom {
		c.raise()
		c.insert(time, order, address, arg)
		return
	}
	if c.head == 0 || c.tail >= len(c.room) {
		c.centre()
	}
	i := c.head
	for i < c.tail && isBefore(c.room[i].Time, c.room[i].Order, time, order) {
		p := &c.room[i]
		c.room[i-1].set(p.Time, p.Order, p.Address, p.Arg)
		i++
	}
	c.head--
	c.room[i-1].set(time, order, address, arg)
}

// centre moves the bottom to the middle of its room.
func (c *Calendar) centre() {
	n := c.tail - c.head
	from, room := c.head, c.room
	if len(room) < leastRoom || n > len(room)/2 {
		room = make([]Event, max(leastRoom, 4*n))
	}
	c.head = (len(room) - n) / 2
	c.tail = c.head + copy(room[c.head:], c.room[from:from+n])
	c.room = room
}

// insertBottom puts an event in the bottom, or in the side heap where it would
// lie deep.
func (c *Calendar) insertBottom(e *Event) {
	if c.head == 0 || c.tail >= len(c.room) {
		c.centre()
	}
	i, reached := c.head, c.head+reach
	for i < c.tail && before(&c.room[i], e) {
		if i++; i > reached {
			c.pushSide(e)
			return
		}
	}
	c.head--
	copy(c.room[c.head:i-1], c.room[c.head+1:i])
	c.room[i-1] = *e
}

// raise begins the ladder: the later half of the bottom goes to the top. Equal
// times must not be torn apart; if all times are equal the top starts after
// them.
func (c *Calendar) raise() {
	split := c.room[(c.head+c.tail-1)/2].Time
	if split == c.room[c.head].Time {
		split = math.Nextafter(split, math.Inf(1))
	}
	k := c.tail
	for k > c.head && c.room[k-1].Time >= split {
		k--
	}
	c.top = append(c.top, c.room[k:c.tail]...)
	c.tail = k
	c.topStart = split
	c.laddered = true
}

// Ready returns the first event in its place, nil if Pop has to look for it. The
// event is valid until the calendar is used again; Drop removes it.
func (c *Calendar) Ready() *Event {
	if c.head >= c.tail || len(c.side) > 0 || c.room[c.head].Kind() < 0 {
		return nil
	}
	return &c.room[c.head]
}

// Drop removes the event that Ready has returned.
func (c *Calendar) Drop() { c.head++ }

// Pop removes and returns the first event if its time is at most until.
func (c *Calendar) Pop(until float64) (e Event, ok bool) {
	for {
		if c.head < c.tail && len(c.side) == 0 {
			e = c.room[c.head]
			if e.Time > until {
				return e, false
			}
			c.head++
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

// refill brings the next events into the bottom, which is empty as the side
// heap is. It returns false if there are none.
func (c *Calendar) refill() bool {
	for c.head == c.tail {
		if len(c.rungs) == 0 {
			if len(c.top) == 0 {
				c.laddered = false
				return false
			}
			c.lowerTop()
			continue
		}
		r := &c.rungs[len(c.rungs)-1]
		if !r.advance() {
			c.rungs = c.rungs[:len(c.rungs)-1]
			continue
		}
		c.lowerBucket(r)
	}
	return true
}

// lowerTop turns the events of the top into the coarsest rung, or into the
// bottom if they are few.
func (c *Calendar) lowerTop() {
	if len(c.top) <= smallBottom {
		c.sortToBottom(c.top)
		c.top = c.top[:0]
		c.laddered = false
		return
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i := range c.top {
		low, high = min(low, c.top[i].Time), max(high, c.top[i].Time)
	}
	if low == high {
		c.sortToBottom(c.top)
		c.top = c.top[:0]
		c.topStart = math.Nextafter(low, math.Inf(1))
		return
	}
	coarse := len(c.top) > fewInRung
	each := float64(perBucket)
	if coarse {
		each = perCoarse
	}
	width := c.bucketWidth(low, high, each)
	r := c.newRung(low, width, bucketsFor(2*(high-low), width), coarse)
	// What lies beyond the last bucket stays in the top.
	rest := 0
	for i := range c.top {
		e := &c.top[i]
		if k := (e.Time - r.start) * r.perWidth; k < float64(r.n) {
			c.add(r, int(k), e.Time, e.Order, e.Address, e.Arg)
		} else {
			c.top[rest] = *e
			rest++
		}
	}
	n := len(c.top)
	c.top = c.top[:rest]
	if n >= manyAtOnce && n > c.held()/2+rest {
		c.top = slices.Clone(c.top) // nearly all events were here, which is how a model begins
	}
	c.topStart = r.end()
}

// bucketsFor returns the number of buckets of the given width that cover a
// span of time, or maxBuckets if they are more.
func bucketsFor(span, width float64) int { return int(min(span/width+1, maxBuckets)) }

// bucketWidth returns the width of the buckets for the events of the top, from
// a sample of at most 256. Where the events are densest, a bucket shall hold so
// many of them; but the buckets shall cover nearly all events.
func (c *Calendar) bucketWidth(low, high, each float64) float64 {
	n := len(c.top)
	m := min(n, 256)
	c.sample = c.sample[:0]
	for i := range m {
		c.sample = append(c.sample, c.top[i*n/m].Time)
	}
	slices.Sort(c.sample)
	width := (high - low) / float64(n) * each
	for i := range 8 {
		a, b := i*(m-1)/8, (i+1)*(m-1)/8
		share := float64(b-a) / float64(m) * float64(n)
		if gap := c.sample[b] - c.sample[a]; gap > 0 {
			width = min(width, gap/share*each)
		}
	}
	return max(width, (c.sample[m-1-m/16]-low)/maxBuckets, narrowest(low, high))
}

// narrowest is the width below which buckets could not be told apart, or their
// number per unit of time would overflow.
func narrowest(low, high float64) float64 { return max((high-low)*0x1p-40, high*0x1p-50, 1e-300) }

// lowerBucket moves the events of the current bucket of a rung, the finest one,
// to the bottom, or to a finer rung if they are many.
func (c *Calendar) lowerBucket(r *rung) {
	c.drained = c.drain(r, r.current, c.drained[:0])
	if n := len(c.drained); n <= fewInBucket || len(c.rungs) == maxRungs {
		c.sortToBottom(c.drained)
	} else if n > fewInRung {
		c.spread(true, perCoarse)
	} else {
		c.spread(false, perBucket)
	}
}

// spread moves the drained events to a new finest rung, whose buckets hold so
// many of them on average, or sorts them into the bottom if their times cannot
// be told apart.
func (c *Calendar) spread(coarse bool, each float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for i := range c.drained {
		low, high = min(low, c.drained[i].Time), max(high, c.drained[i].Time)
	}
	width := max((high-low)/float64(len(c.drained))*each, (high-low)/maxBuckets)
	if width < narrowest(low, high) || low == high {
		c.sortToBottom(c.drained)
		return
	}
	r := c.newRung(low, width, bucketsFor(high-low, width), coarse)
	for i := range c.drained {
		e := &c.drained[i]
		c.add(r, min(int((e.Time-r.start)*r.perWidth), r.n-1), e.Time, e.Order, e.Address, e.Arg)
	}
}

// spill moves what lies before the rungs to a new one, because it has become
// too much for a heap.
func (c *Calendar) spill() {
	c.drained = append(append(c.drained[:0], c.room[c.head:c.tail]...), c.side...)
	c.head, c.side = c.tail, c.side[:0]
	c.spread(true, spillBucket)
}

// NextTime returns the time of the first pending event, +Inf without one.
func (c *Calendar) NextTime() float64 {
	for {
		if c.head == c.tail && len(c.side) == 0 && !c.refill() {
			return math.Inf(1)
		}
		inSide := len(c.side) > 0 && (c.head == c.tail || before(&c.side[0], &c.room[c.head]))
		var e *Event
		if inSide {
			e = &c.side[0]
		} else {
			e = &c.room[c.head]
		}
		if e.Kind() >= 0 || !c.slots.table[e.Arg].dead {
			return e.Time
		}
		c.slots.drop(uint32(e.Arg))
		if inSide {
			c.dropSide()
		} else {
			c.head++
		}
	}
}
