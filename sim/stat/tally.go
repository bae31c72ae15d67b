package stat

import "math"

// Tally accumulates observations: count, mean, variance, extremes and
// quantiles, in bounded memory. The zero value is empty and ready to use.
type Tally struct {
	n        uint64
	shift    float64 // the first observation: sums are of deviations from it
	sum, sq  float64
	min, max float64
	sketch   Sketch
}

// Record adds an observation. NaN is a mistake of the caller and panics.
func (t *Tally) Record(x float64) {
	if t.n == 0 {
		t.shift, t.min, t.max = x, x, x
	}
	t.n++
	d := x - t.shift
	t.sum += d
	t.sq += float64(d * d)
	if x < t.min {
		t.min = x
	}
	if x > t.max {
		t.max = x
	}
	t.sketch.Add(x)
}

// Count returns the number of observations.
func (t *Tally) Count() uint64 { return t.n }

// Mean returns the arithmetic mean, NaN without observations.
func (t *Tally) Mean() float64 { return t.shift + t.sum/float64(t.n) }

// Sum returns the sum of the observations.
func (t *Tally) Sum() float64 { return float64(t.shift*float64(t.n)) + t.sum }

// Variance returns the sample variance with divisor n − 1, NaN below two
// observations.
func (t *Tally) Variance() float64 {
	if t.n < 2 {
		return math.NaN()
	}
	n := float64(t.n)
	return max(0, (t.sq-float64(t.sum*t.sum)/n)/(n-1))
}

// Min returns the smallest observation, NaN without any.
func (t *Tally) Min() float64 { return t.orNaN(t.min) }

// Max returns the largest observation, NaN without any.
func (t *Tally) Max() float64 { return t.orNaN(t.max) }

func (t *Tally) orNaN(x float64) float64 {
	if t.n == 0 {
		return math.NaN()
	}
	return x
}

// Quantile returns the p-quantile within the resolution of Sketch, NaN without
// observations. It panics unless 0 ≤ p ≤ 1.
func (t *Tally) Quantile(p float64) float64 {
	return min(max(t.sketch.Quantile(p), t.min), t.max)
}

// Reset forgets all observations and keeps the memory.
func (t *Tally) Reset() {
	t.sketch.Reset()
	*t = Tally{sketch: t.sketch}
}

// Merge adds the observations of another tally.
func (t *Tally) Merge(o *Tally) {
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
	c := *t
	c.sketch = t.sketch.Clone()
	return c
}
