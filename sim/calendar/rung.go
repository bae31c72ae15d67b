package calendar

import "math"

// rung is a row of buckets of equal width. Bucket i holds the events whose
// index, the truncated quotient of time and width, is i; as that is a monotone
// function of time, every event of a later bucket is later, whatever rounding
// does.
type rung struct {
	start    float64
	perWidth float64  // 1/width
	next     float64  // current + 1
	current  int      // the bucket being worked off; -1 before the first
	n        int      // number of buckets, in one of:
	fine     []uint32 // the first record of each, 0 for none
	coarse   []bucket
}

// index returns the number of the bucket for a time, which may lie outside.
func (r *rung) index(time float64) float64 {
	return math.Floor((time - r.start) * r.perWidth)
}

// place returns the number of the bucket for a time if it is still to come.
func (r *rung) place(time float64) (i int, ok bool) {
	k := (time - r.start) * r.perWidth
	if !(k >= r.next) {
		return 0, false
	}
	i = r.n - 1
	if k < float64(i) {
		return int(k), true
	}
	return i, i != r.current
}

// add puts an event in a bucket.
func (c *Calendar) add(r *rung, i int, time float64, order, address, arg uint64) {
	if len(r.fine) > 0 {
		k := c.records.take()
		c.records.events[k].set(time, order, address, arg)
		c.records.link(&r.fine[i], k)
	} else {
		c.chunks.add(&r.coarse[i], time, order, address, arg)
	}
}

// drain appends the events of a bucket to dst, in no order, and empties it.
func (c *Calendar) drain(r *rung, i int, dst []Event) []Event {
	if len(r.fine) > 0 {
		return c.records.drain(&r.fine[i], dst)
	}
	return c.chunks.drain(&r.coarse[i], dst)
}

// advance moves to the next bucket that is not empty; false if there is none.
func (r *rung) advance() bool {
	i := r.current + 1
	if len(r.fine) > 0 {
		for i < r.n && r.fine[i] == 0 {
			i++
		}
	} else {
		for i < r.n && r.coarse[i].head == 0 {
			i++
		}
	}
	if i == r.n {
		return false
	}
	r.current, r.next = i, float64(i+1)
	return true
}

// end returns the smallest time whose index is beyond the last bucket.
func (r *rung) end() float64 {
	n := float64(r.n)
	t := r.start + n/r.perWidth
	for r.index(t) < n {
		t = math.Nextafter(t, math.Inf(1))
	}
	for before := math.Nextafter(t, math.Inf(-1)); r.index(before) >= n; before = math.Nextafter(t, math.Inf(-1)) {
		t = before
	}
	return t
}

// newRung adds a finest rung of n empty buckets, fine or coarse ones. It is
// valid until the next one.
func (c *Calendar) newRung(start, width float64, n int, coarse bool) *rung {
	k := len(c.rungs)
	if k < cap(c.rungs) {
		c.rungs = c.rungs[:k+1] // with the buckets of a rung that was there before
	} else {
		c.rungs = append(c.rungs, rung{})
	}
	r := &c.rungs[k]
	r.start, r.perWidth, r.current, r.next, r.n = start, 1/width, -1, 0, n
	if coarse {
		r.fine, r.coarse = r.fine[:0], emptied(r.coarse, n)
	} else {
		r.fine, r.coarse = emptied(r.fine, n), r.coarse[:0]
	}
	return r
}

// emptied returns n zeros, in the memory of x if there is enough.
func emptied[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n, n+n/4)
	}
	x = x[:n]
	clear(x)
	return x
}
