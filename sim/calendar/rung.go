package calendar

import "math"

// rung is a row of buckets of equal width. Bucket i holds the events whose
// index, the truncated quotient of time and width, is i; as that is a monotone
// function of time, every event of a later bucket is later, whatever rounding
// does.
type rung struct {
	start    float64
	perWidth float64 // 1/width
	next     float64 // current + 1
	current  int     // the bucket being worked off; -1 before the first
	buckets  []bucket
}

// bucket is a chain of chunks of which all but the first are full.
type bucket struct {
	head  uint32 // the chunk that is being filled, 0 for none
	used  uint32 // events in it
	total int    // events in the chain
}

// index returns the number of the bucket for a time, which may lie outside.
func (r *rung) index(time float64) float64 {
	return math.Floor((time - r.start) * r.perWidth)
}

// insert adds the event if its bucket is still to come.
func (r *rung) insert(p *pool, e *Event) bool {
	k := (e.Time - r.start) * r.perWidth
	if !(k >= r.next) {
		return false
	}
	i := len(r.buckets) - 1
	if k < float64(i) {
		i = int(k)
	} else if i == r.current {
		return false
	}
	p.add(&r.buckets[i], e)
	return true
}

// advance moves to the next bucket that is not empty; false if there is none.
func (r *rung) advance() bool {
	for i := r.current + 1; i < len(r.buckets); i++ {
		if r.buckets[i].head != 0 {
			r.current = i
			r.next = float64(i + 1)
			return true
		}
	}
	return false
}

// end returns the smallest time whose index is beyond the last bucket.
func (r *rung) end() float64 {
	n := float64(len(r.buckets))
	t := r.start + n/r.perWidth
	for r.index(t) < n {
		t = math.Nextafter(t, math.Inf(1))
	}
	for before := math.Nextafter(t, math.Inf(-1)); r.index(before) >= n; before = math.Nextafter(t, math.Inf(-1)) {
		t = before
	}
	return t
}

// newRung adds a finest rung of n empty buckets. It is valid until the next
// one.
func (c *Calendar) newRung(start, width float64, n int) *rung {
	k := len(c.rungs)
	if k < cap(c.rungs) {
		c.rungs = c.rungs[:k+1] // with the buckets of a rung that was there before
	} else {
		c.rungs = append(c.rungs, rung{})
	}
	r := &c.rungs[k]
	r.start, r.perWidth, r.current, r.next = start, 1/width, -1, 0
	if cap(r.buckets) < n {
		r.buckets = make([]bucket, n, min(n+n/4, maxBuckets))
	}
	r.buckets = r.buckets[:n]
	clear(r.buckets)
	return r
}

// chunkEvents makes a chunk eight cache lines long.
const chunkEvents = 15

// chunk is a link of a bucket's chain.
type chunk struct {
	next   uint32
	_      [28]byte
	events [chunkEvents]Event
}

// pool holds the chunks of all buckets. Chunk 0 is never used: 0 is the end of
// a chain.
type pool struct {
	chunks []chunk
	free   uint32
	held   int // events in all buckets
}

// add puts an event in a bucket.
func (p *pool) add(b *bucket, e *Event) {
	if b.head == 0 || b.used == chunkEvents {
		b.head, b.used = p.take(b.head), 0
	}
	slot := &p.chunks[b.head].events[b.used]
	slot.Time, slot.Order, slot.Address, slot.Arg = e.Time, e.Order, e.Address, e.Arg
	b.used++
	b.total++
	p.held++
}

// take returns an empty chunk that is followed by next.
func (p *pool) take(next uint32) uint32 {
	k := p.free
	if k == 0 {
		if len(p.chunks) == 0 {
			p.chunks = append(p.chunks, chunk{})
		}
		p.chunks = append(p.chunks, chunk{next: next})
		return uint32(len(p.chunks) - 1)
	}
	ch := &p.chunks[k]
	p.free = ch.next
	ch.next = next
	return k
}

// drain appends a bucket's events to dst, in no order, and empties the bucket.
func (p *pool) drain(b *bucket, dst []Event) []Event {
	used := b.used
	for k := b.head; k != 0; {
		ch := &p.chunks[k]
		dst = append(dst, ch.events[:used]...)
		used = chunkEvents
		next := ch.next
		ch.next, p.free = p.free, k
		k = next
	}
	p.held -= b.total
	*b = bucket{}
	return dst
}
