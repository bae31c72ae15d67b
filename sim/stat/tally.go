package stat

import "math"

// Tally accumulates observations: count, mean, variance, extremes and
// quantiles, in bounded memory. The zero value is empty and ready to use.
//
// Observations are taken in many at a time, by the methods that only look too: a
// Tally is for one goroutine, readers included.
type Tally struct {
	recent   [recentLen]float64 // the first waiting ones are still to be taken in
	waiting  uint
	n        uint64
	shift    float64 // the first observation: sums are of deviations from it
	sum, sq  float64
	min, max float64
	sketch   Sketch
}

// recentLen is how many observations are taken in at a time.
const recentLen = 32

// Record adds an observation. NaN is a mistake of the caller and panics.
func (t *Tally) Record(x float64) {
	if !t.Keep(x) {
		notNaN(x)
		t.takeIn()
		t.Keep(x)
	}
}

// Keep is Record for the usual case, small enough to become part of its caller:
// it returns false, and has done nothing, if x is NaN or Record has to make room.
func (t *Tally) Keep(x float64) bool {
	if t.waiting >= recentLen || x != x {
		return false
	}
	t.recent[t.waiting] = x
	t.waiting++
	return true
}

// takeIn adds the recent observations to the sums, one after the other.
func (t *Tally) takeIn() {
	if t.waiting == 0 {
		return
	}
	recent := t.recent[:t.waiting]
	if t.n == 0 {
		t.shift, t.min, t.max = recent[0], recent[0], recent[0]
	}
	t.n += uint64(len(recent))
	t.waiting = 0
	shift, sum, sq, low, high := t.shift, t.sum, t.sq, t.min, t.max
	for _, x := range recent {
		d := x - shift
		sum += d
		sq += float64(d * d)
		if x < low {
			low = x
		}
		if x > high {
			high = x
		}
	}
	t.sum, t.sq, t.min, t.max = sum, sq, low, high
	t.sketch.addAll(recent)
}

// Count returns the number of observations.
func (t *Tally) Count() uint64 {
	t.takeIn()
	return t.n
}

// Mean returns the arithmetic mean, NaN without observations.
func (t *Tally) Mean() float64 {
	t.takeIn()
	return t.shift + t.sum/float64(t.n)
}

// Sum returns the sum of the observations.
func (t *Tally) Sum() float64 {
	t.takeIn()
	return float64(t.shift*float64(t.n)) + t.sum
}

// Variance returns the sample variance with divisor n − 1, NaN below two
// observations.
func (t *Tally) Variance() float64 {
	t.takeIn()
	if t.n < 2 {
		return math.NaN()
	}
	n := float64(t.n)
	return max(0, (t.sq-float64(t.sum*t.sum)/n)/(n-1))
}

// Min returns the smallest observation, NaN without any.
func (t *Tally) Min() float64 { return t.extreme(&t.min) }

// Max returns the largest observation, NaN without any.
func (t *Tally) Max() float64 { return t.extreme(&t.max) }

func (t *Tally) extreme(x *float64) float64 {
	t.takeIn()
	if t.n == 0 {
		return math.NaN()
	}
	return *x
}

// Quantile returns the p-quantile within the resolution of Sketch, NaN without
// observations. It panics unless 0 ≤ p ≤ 1.
func (t *Tally) Quantile(p float64) float64 {
	t.takeIn()
	return min(max(t.sketch.Quantile(p), t.min), t.max)
}

// Reset forgets all observations and keeps the memory.
func (t *Tally) Reset() {
	t.sketch.Reset()
	*t = Tally{sketch: t.sketch}
}

// Empty makes the tally as good as new, but keeps the memory.
func (t *Tally) Empty() {
	t.sketch.Empty()
	*t = Tally{sketch: t.sketch}
}

// Merge adds the observations of another tally.
func (t *Tally) Merge(o *Tally) {
	t.takeIn()
	o.takeIn()
	if o.n == 0 {
		return
	}
	if t.n == 0 {
		t.shift, t.min, t.max = o.shift, o.min, o.max
	}
	// o's sums about its own shift, moved to t's.
	d, n := o.shift-t.shift, float64(o.n)
	t.sq += o.sq + float64(2*d*o.sum) + float64(n*d*d)
	t.sum += o.sum + float64(n*d)
	t.n += o.n
	t.min, t.max = min(t.min, o.min), max(t.max, o.max)
	t.sketch.Merge(&o.sketch)
}

// Clone returns an independent copy.
func (t *Tally) Clone() Tally {
	t.takeIn()
	c := *t
	c.sketch = t.sketch.Clone()
	return c
}
