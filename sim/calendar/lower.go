package calendar

import (
	"math"
	"slices"
)

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
