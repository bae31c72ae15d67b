package calendar

import (
	"math"
	"math/bits"
)

// A calendar that has never had more than two events since it was empty, such as
// that of a queue with one server, keeps them in the two places of its pair: the
// first event lies behind the other, if there is one. So where an event is to be read
// or written depends on their number only, which a processor knows early, and never
// on a comparison of times, which cannot be foretold and is as late as the newest of
// them.

// Vacant returns the number of events in the pair; ok is false if there is no room
// for another, or the pair is not in use.
func (c *Calendar) Vacant() (n uint64, ok bool) { n = c.few - 1; return n, n < 2 }

// Place is ScheduleOrdered where Vacant has said that there is room beside n events.
// No branch says which of two is the first: a mask exchanges them or does not.
func (c *Calendar) Place(time float64, order, address, arg, n uint64) {
	c.few = n + 2
	p, q := &c.pair[0], &c.pair[1]
	if n == 0 {
		p.set(time, order, address, arg)
		return
	}
	t, u := math.Float64bits(time), math.Float64bits(p.Time)
	_, borrow := bits.Sub64(order, p.Order, 0) // as isEarlier does
	_, borrow = bits.Sub64(t, u, borrow)
	first := -borrow // all ones if the new event is
	d := (t ^ u) & first
	p.Time, q.Time = math.Float64frombits(t^d), math.Float64frombits(u^d)
	p.Order, q.Order = exchange(order, p.Order, first)
	p.Address, q.Address = exchange(address, p.Address, first)
	p.Arg, q.Arg = exchange(arg, p.Arg, first)
}

// exchange returns x and y, exchanged if the mask is all ones and not if it is 0.
func exchange(x, y, mask uint64) (uint64, uint64) {
	d := (x ^ y) & mask
	return x ^ d, y ^ d
}

// inPair returns the number of events in the pair.
func (c *Calendar) inPair() int { return int(max(c.few, 1) - 1) }

// insertInPair is insert where no event is elsewhere. A third event moves the pair to
// the bottom.
func (c *Calendar) insertInPair(time float64, order, address, arg uint64) {
	if n := c.inPair(); n < 2 {
		c.Place(time, order, address, arg, uint64(n))
		return
	}
	c.few = 0
	c.centre()
	c.head -= 2
	c.room[c.head], c.room[c.head+1] = c.pair[1], c.pair[0]
	c.insertFew(time, order, address, arg)
}
