package flow

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/sim"
)

// Conveyor is the number of a conveyor of a flow.
type Conveyor int32

// conveyor is a belt that carries tokens from its beginning to its end, each
// on a place of the same length.
//
// On an accumulating belt the tokens close up behind one that stands at the
// end: token i is at the end at
//
//	max(entry_i + length/speed, exit_{i−1} + space/speed),
//
// which is exact since a token that has closed up is one space behind the one
// before it. A belt that does not accumulate stands still as long as a token
// stands at its end.
type conveyor struct {
	name         string
	length       float64
	speed, space float64
	accumulates  bool
	most         int     // tokens that find room
	riders       []int32 // tokens on the belt, the first in front
	entries      []float64
	queue        []int32 // tokens that wait to get on
	lastEntry    float64 // when the latest token got on; belt way if it does not accumulate
	lastExit     float64
	way          float64 // that the belt has moved, up to since
	since        float64
	stopped      bool
	standing     bool // a token stands at the end
	timer        sim.Timer
	level        sim.Level
}

// Conveyor adds a belt of a length and a speed > 0 whose places have the length
// space. It measures the number of tokens on it, as the level of its name.
func (f *Flow) Conveyor(name string, length, speed, space float64, accumulates bool) Conveyor {
	for _, x := range []float64{length, speed, space} {
		if !(x > 0 && x <= math.MaxFloat64) {
			f.reject("conveyor %q has length %v, speed %v, space %v: want them finite and > 0", name, length, speed, space)
			break
		}
	}
	if space > length {
		f.reject("conveyor %q has length %v, which is less than one space of %v", name, length, space)
	}
	f.belts = append(f.belts, conveyor{
		name: name, length: length, speed: speed, space: space, accumulates: accumulates,
		most: int(length/space + 1e-9), lastEntry: math.Inf(-1), lastExit: math.Inf(-1), level: f.c.Level(name, 0),
	})
	return Conveyor(len(f.belts) - 1)
}

// Transport takes the token along a conveyor: it waits for a place at the
// beginning, rides, and stands at the end until it takes a Leave step.
func (f *Flow) Transport(b Conveyor) *Flow {
	f.add(step{code: opAccess, place: int32(b)})
	return f.add(step{code: opConvey, place: int32(b)})
}

// Leave takes the token off the conveyor at whose end it stands.
func (f *Flow) Leave(b Conveyor) *Flow { return f.add(step{code: opExit, place: int32(b)}) }

// ride takes a step of a conveyor; true if token k goes on at once.
func (f *Flow) ride(c *sim.Context, k int32, st *step) bool {
	b := &f.belts[st.place]
	switch st.code {
	case opAccess:
		f.tokens[k].state = riding
		b.queue = append(b.queue, k)
		f.moveBelt(c, st.place)
		return false
	case opConvey:
		// Riding began with the access; the token comes here at the end.
		return true
	}
	if len(b.riders) == 0 || b.riders[0] != k {
		c.Fail(fmt.Errorf("it leaves conveyor %q, at whose end it does not stand", b.name))
	}
	b.riders, b.entries = dropFirst(b.riders), dropFirst(b.entries)
	c.Set(b.level, float64(len(b.riders)))
	b.lastExit = c.Now()
	b.standing = false
	if c.Observed() {
		c.Observe(sim.Left, f.self, f.tokens[k].number, b.name, 0)
	}
	if b.stopped {
		b.stopped = false
		b.since = c.Now()
	}
	f.moveBelt(c, st.place)
	return true
}

func dropFirst[T any](x []T) []T {
	copy(x, x[1:])
	return x[:len(x)-1]
}

// now returns the way that the belt has moved.
func (b *conveyor) now(time float64) float64 {
	if b.stopped {
		return b.way
	}
	return b.way + float64(b.speed*(time-b.since))
}

// arrival returns when the front token is at the end, and entry when the next
// token may get on; +Inf if that depends on others.
func (b *conveyor) arrival() float64 {
	switch {
	case len(b.riders) == 0 || b.standing || b.stopped:
		return math.Inf(1)
	case b.accumulates:
		return max(b.entries[0]+b.length/b.speed, b.lastExit+b.space/b.speed)
	}
	return b.since + max(0, b.entries[0]+b.length-b.way)/b.speed
}

func (b *conveyor) entry() float64 {
	switch {
	case len(b.queue) == 0 || len(b.riders) >= b.most || b.stopped:
		return math.Inf(1)
	case b.accumulates:
		t := b.lastEntry + b.space/b.speed
		if len(b.riders) == b.most-1 {
			// All close up by one space after an exit.
			t = max(t, b.lastExit+b.space/b.speed)
		}
		return t
	}
	return b.since + max(0, b.lastEntry+b.space-b.way)/b.speed
}

// moveBelt carries out what is due on a belt and schedules what comes next.
func (f *Flow) moveBelt(c *sim.Context, at int32) {
	b := &f.belts[at]
	for b.entry() <= c.Now() {
		k := b.queue[0]
		b.queue = dropFirst(b.queue)
		b.lastEntry = c.Now()
		if !b.accumulates {
			b.lastEntry = b.now(c.Now())
		}
		b.riders, b.entries = append(b.riders, k), append(b.entries, b.lastEntry)
		c.Set(b.level, float64(len(b.riders)))
		if c.Observed() {
			c.Observe(sim.Moved, f.self, f.tokens[k].number, b.name, b.length/b.speed)
		}
	}
	if b.arrival() <= c.Now() {
		b.standing = true
		if !b.accumulates {
			b.way, b.since, b.stopped = b.entries[0]+b.length, c.Now(), true
		}
		k := b.riders[0]
		f.tokens[k].state = running
		f.tokens[k].step++
		c.Schedule(0, f.self, eventGo, uint64(k))
	}
	if next := min(b.arrival(), b.entry()); next < math.Inf(1) {
		c.CancelTimer(b.timer)
		b.timer = c.Timer(max(0, next-c.Now()), f.self, eventBelt, arrivalBit|uint64(at))
	}
}
