// Package calendar holds the pending events of a simulation and gives them back
// in the order of (time, priority, sequence).
//
// A Calendar is a ladder of buckets in the manner of Tang, Goh and Thng 2005
// ("Ladder queue: an O(1) priority queue structure for large-scale discrete
// event simulation", ACM TOMACS 15(3)): the far future lies unsorted in the
// top, nearer events lie in buckets of equal width, and only the events of the
// bucket that is due are sorted. A calendar of a few dozen events is one sorted
// array, one of two is a pair of places. An event costs amortised O(1) where times
// are spread out, and never more than O(log n), however many events share one time.
//
// In steady state nothing is allocated: events are values, buckets are chains
// of chunks from a pool.
package calendar

import (
	"math"
	"math/bits"
)

// Event is something that will happen: a target that gets a kind and a number.
type Event struct {
	// Time is when it happens, in the units of the simulation.
	Time float64
	// Order breaks ties of Time: the priority and the sequence number.
	Order uint64
	// Address is the number of the target in the upper half and the kind of
	// the event in the lower one. Four words are a struct that the compiler
	// keeps in registers.
	Address uint64
	// Arg is a number for the target.
	Arg uint64
}

// Priorities are 16-bit numbers; among events of one time a lower one goes
// first. The other 48 bits of Order are the sequence number, which lasts for
// 2.8e14 events.
const (
	MinPriority  = -1 << 15
	MaxPriority  = 1<<15 - 1
	sequenceBits = 48
)

// Address joins a target and a kind ≥ 0.
func Address(target uint32, kind int32) uint64 { return uint64(target)<<32 | uint64(uint32(kind)) }

// Target is the number of the entity that the event is for.
func (e Event) Target() uint32 { return uint32(e.Address >> 32) }

// Kind is what happens, ≥ 0: its meaning is the target's.
func (e Event) Kind() int32 { return int32(e.Address) }

// set is an assignment word by word: where the words were written one by one just
// before, a processor reads them back faster so than in pairs.
func (e *Event) set(time float64, order, address, arg uint64) {
	e.Time, e.Order, e.Address, e.Arg = time, order, address, arg
}

// order joins a priority and a sequence number so that comparing the result
// compares first the one and then the other.
func order(priority int, sequence uint64) uint64 {
	return uint64(priority-MinPriority)<<sequenceBits | sequence
}

// Priority returns the priority that the event was scheduled with.
func (e Event) Priority() int { return int(e.Order>>sequenceBits) + MinPriority }

// before reports whether a comes before b.
func before(a, b *Event) bool { return isBefore(a.Time, a.Order, b.Time, b.Order) }

// isBefore reports whether an event of time t and order o comes before one of
// time u and order p.
func isBefore(t float64, o uint64, u float64, p uint64) bool { return t < u || t == u && o < p }

// isEarlier is isBefore as 1 and 0. Times are not negative, so their bits are in
// the order of the numbers; time and order together are one number of 128 bits,
// and the borrow of a subtraction compares it without a branch that could be
// mispredicted.
func isEarlier(t float64, o uint64, u float64, p uint64) uint64 {
	_, borrow := bits.Sub64(o, p, 0)
	_, borrow = bits.Sub64(math.Float64bits(t), math.Float64bits(u), borrow)
	return borrow
}

// compare orders events from the first to the last.
func compare(a, b Event) int {
	if before(&a, &b) {
		return -1
	}
	return 1
}
