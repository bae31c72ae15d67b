package calendar

import "slices"

// Handle names an event that can be cancelled. The zero Handle names none. A
// handle stays valid, and harmless, after its event has happened.
type Handle struct {
	slot       uint32
	generation uint32
}

// cancellable marks an event in the calendar whose address and number are in
// slot Arg: it is the sign bit of the kind.
const cancellable = 1 << 31

// sweepAt is the number of cancelled events from which on they are removed
// once they outnumber the others: never out of the pair, which holds fewer.
const sweepAt = 64

// slot holds what an event that can be cancelled carries.
type slot struct {
	generation uint32
	dead       bool
	address    uint64
	arg        uint64
	time       float64
}

// slots is the table of the events that can be cancelled. Slot 0 is not used.
type slots struct {
	table []slot
	free  []uint32
	dead  int // cancelled events that are still held
}

// ScheduleCancellable is Schedule for an event that may be cancelled.
func (c *Calendar) ScheduleCancellable(time float64, priority int, address, arg uint64) Handle {
	s := &c.slots
	var k uint32
	if n := len(s.free); n > 0 {
		k = s.free[n-1]
		s.free = s.free[:n-1]
	} else {
		if len(s.table) == 0 {
			s.table = append(s.table, slot{})
		}
		k = uint32(len(s.table))
		s.table = append(s.table, slot{generation: 1})
	}
	p := &s.table[k]
	p.address, p.arg, p.time, p.dead = address, arg, time, false
	c.sequence++
	c.insert(time, order(priority, c.sequence), address|cancellable, uint64(k))
	return Handle{k, p.generation}
}

// Pending returns the time of the event that the handle names, and whether it
// is still to come.
func (c *Calendar) Pending(h Handle) (time float64, ok bool) {
	if int(h.slot) >= len(c.slots.table) {
		return 0, false
	}
	p := &c.slots.table[h.slot]
	if h.slot == 0 || p.generation != h.generation || p.dead {
		return 0, false
	}
	return p.time, true
}

// Cancel removes the event that the handle names; false if it has happened or
// was cancelled before.
func (c *Calendar) Cancel(h Handle) bool {
	if _, ok := c.Pending(h); !ok {
		return false
	}
	c.slots.table[h.slot].dead = true
	c.slots.dead++
	if c.slots.dead >= sweepAt && c.slots.dead > c.held()/2 {
		c.sweep()
	}
	return true
}

// revive gives an event back its kind and number and frees the slot; false if
// the event was cancelled.
func (s *slots) revive(e *Event) bool {
	k := uint32(e.Arg)
	p := &s.table[k]
	if p.dead {
		s.drop(k)
		return false
	}
	e.Address, e.Arg = p.address, p.arg
	p.generation++
	s.free = append(s.free, k)
	return true
}

// drop frees the slot of a cancelled event that has left the calendar.
func (s *slots) drop(k uint32) {
	s.table[k].generation++
	s.free = append(s.free, k)
	s.dead--
}

// sweep removes all cancelled events. The others return to the top, as in a
// calendar that has not begun.
func (c *Calendar) sweep() {
	all := append(c.top, c.room[c.head:c.tail]...)
	all = append(all, c.side...)
	for i := range c.rungs {
		for k := range c.rungs[i].n {
			all = c.drain(&c.rungs[i], k, all)
		}
	}
	c.rungs = c.rungs[:0]
	c.head, c.side = c.tail, c.side[:0]
	c.top = slices.DeleteFunc(all, func(e Event) bool {
		if e.Kind() < 0 && c.slots.table[e.Arg].dead {
			c.slots.drop(uint32(e.Arg))
			return true
		}
		return false
	})
	c.laddered = true
	c.refill()
}

// Clone returns a calendar with the same events, to which the same handles
// belong.
func (c *Calendar) Clone() Calendar {
	d := *c
	d.room, d.side, d.top = slices.Clone(c.room), slices.Clone(c.side), slices.Clone(c.top)
	d.sample, d.drained = nil, nil
	d.rungs = slices.Clone(c.rungs)
	for i := range d.rungs {
		d.rungs[i].fine, d.rungs[i].coarse = slices.Clone(c.rungs[i].fine), slices.Clone(c.rungs[i].coarse)
	}
	d.records.events, d.records.next = slices.Clone(c.records.events), slices.Clone(c.records.next)
	d.chunks = c.chunks.clone()
	d.slots.table, d.slots.free = slices.Clone(c.slots.table), slices.Clone(c.slots.free)
	return d
}
