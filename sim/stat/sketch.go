package stat

import (
	"fmt"
	"maps"
	"math"
)

// Sketch estimates quantiles in bounded memory. It counts observations in
// buckets whose bounds are the numbers of 6 fractional bits, 64 to each factor
// of two, so a quantile is off by less than 1.6 % of its value; interpolation
// within the bucket makes it much better where the density is smooth. The
// estimate does not depend on the order of the observations, and merging
// sketches loses nothing.
//
// At most 4096 buckets, 64 factors of two, are held for each sign; observations
// that are smaller than the largest by more than that count as the smallest
// that can be told.
type Sketch struct {
	positive, negative window
	zeros              uint64
}

const (
	sketchBits = 6 // of the fraction
	sketchSpan = 64 << sketchBits
	// sketchStart is the number of buckets of the first window, 16 octaves, most of
	// them below the first observation: waits are often much shorter than the mean
	// and seldom much longer.
	sketchStart = 16 << sketchBits
	sketchBelow = 10 << sketchBits
)

// window holds the counts of the buckets from number first on.
type window struct {
	first  int
	counts []uint32
	// carry holds, by bucket, how often a count has passed 2^32.
	carry map[int]uint64
	n     uint64
}

// count returns the observations at place i.
func (w *window) count(i int) uint64 {
	c := uint64(w.counts[i])
	if w.carry != nil {
		c += w.carry[w.first+i] << 32
	}
	return c
}

// bucketOf returns the number of the bucket of x > 0.
func bucketOf(x float64) int { return int(math.Float64bits(x) >> (52 - sketchBits)) }

// bucketStart returns the lower bound of a bucket.
func bucketStart(k int) float64 { return math.Float64frombits(uint64(k) << (52 - sketchBits)) }

// Add counts an observation. It panics for NaN.
func (s *Sketch) Add(x float64) {
	switch {
	case x > 0:
		s.positive.add(bucketOf(x), 1)
	case x == 0:
		s.zeros++
	case x < 0:
		s.negative.add(bucketOf(-x), 1)
	default:
		notNaN(x)
	}
}

// notNaN panics for NaN.
func notNaN(x float64) {
	if x != x {
		panic("stat: an observation is NaN")
	}
}

// addAll counts observations that are not NaN, those in the window of positive
// numbers without a branch for each: the others share the place behind it.
func (s *Sketch) addAll(all []float64) {
	w := &s.positive
	n := uint(len(w.counts))
	if cap(w.counts) == len(w.counts) || w.first == 0 || w.n >= math.MaxUint32-uint64(len(all)) {
		for _, x := range all {
			s.Add(x)
		}
		return
	}
	first, counts := w.first, w.counts[:n+1]
	for _, x := range all {
		counts[min(uint(bucketOf(x)-first), n)]++
	}
	others := counts[n]
	counts[n] = 0
	w.n += uint64(len(all)) - uint64(others)
	if others == 0 {
		return
	}
	zeros := uint32(0)
	for _, x := range all {
		if math.Float64bits(x) == 0 {
			zeros++
		}
	}
	if zeros == others {
		s.zeros += uint64(zeros)
		return
	}
	for _, x := range all {
		if uint(bucketOf(x)-first) >= n {
			s.Add(x) // which may move the window, so what is left is found by the old one
		}
	}
}

// newCounts returns n counts of 0, and room for addAll behind them.
func newCounts(n int) []uint32 { return make([]uint32, n, n+1) }

// add adds m observations to bucket k.
func (w *window) add(k int, m uint64) {
	i := k - w.first
	if uint(i) >= uint(len(w.counts)) {
		i = w.extend(k)
	}
	sum := uint64(w.counts[i]) + m
	w.counts[i] = uint32(sum)
	if sum >= 1<<32 {
		if w.carry == nil {
			w.carry = map[int]uint64{}
		}
		w.carry[w.first+i] += sum >> 32
	}
	w.n += m
}

// extend makes room for bucket k and returns its place.
func (w *window) extend(k int) int {
	if len(w.counts) == 0 {
		w.first = max(0, k-sketchBelow)
		if cap(w.counts) > sketchStart {
			w.counts = w.counts[:sketchStart] // of an Empty one
		} else {
			w.counts = newCounts(sketchStart)
		}
		return k - w.first
	}
	low, high := min(w.first, k), max(w.first+len(w.counts), k+1)
	// Room to spare on the side that grows, within the span.
	if room := len(w.counts); k < w.first {
		low = max(0, low-room)
	} else {
		high = max(high, min(high+room, low+sketchSpan))
	}
	if high-low > sketchSpan {
		low = high - sketchSpan
	}
	old := *w
	if shift := w.first - low; shift >= 0 && cap(w.counts) > high-low {
		// There is room, of an Empty one: behind the counts it is 0.
		w.first, w.counts = low, w.counts[:high-low]
		copy(w.counts[shift:], old.counts)
		clear(w.counts[:shift])
		return max(0, k-low)
	}
	w.first, w.counts = low, newCounts(high-low)
	if low <= old.first {
		copy(w.counts[old.first-low:], old.counts)
		return max(0, k-low)
	}
	w.carry, w.n = nil, 0
	for i := range old.counts {
		if n := old.count(i); n > 0 {
			w.add(max(low, old.first+i), n)
		}
	}
	return max(0, k-low)
}

// Count returns the number of observations.
func (s *Sketch) Count() uint64 { return s.positive.n + s.negative.n + s.zeros }

// Quantile returns the p-quantile: the value below which a share p of the
// observations lies. It is NaN without observations and panics unless
// 0 ≤ p ≤ 1.
func (s *Sketch) Quantile(p float64) float64 {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("stat: quantile of p = %v, want 0 ≤ p ≤ 1", p))
	}
	n := s.Count()
	if n == 0 {
		return math.NaN()
	}
	rank := float64(p * float64(n))
	if below := float64(s.negative.n); rank < below {
		return -s.negative.at(below - rank)
	} else if rank -= below; rank < float64(s.zeros) || s.positive.n == 0 {
		return 0
	}
	return s.positive.at(rank - float64(s.zeros))
}

// skipped is the number of buckets that at passes over at a time.
const skipped = 16

// at returns the value below which rank observations of the window lie. Ranks
// and counts are on one grid of floating-point numbers, so that all subtractions
// are exact.
func (w *window) at(rank float64) float64 {
	i := 0
	for w.carry == nil && len(w.counts)-i >= skipped {
		sum := uint64(0)
		for _, c := range (*[skipped]uint32)(w.counts[i:]) {
			sum += uint64(c)
		}
		if rank <= float64(sum) && sum > 0 {
			break
		}
		rank -= float64(sum)
		i += skipped
	}
	last := 0.0
	for ; i < len(w.counts); i++ {
		c := w.count(i)
		if c == 0 {
			continue
		}
		low, high := bucketStart(w.first+i), bucketStart(w.first+i+1)
		if rank <= float64(c) {
			return low + float64((high-low)*(rank/float64(c)))
		}
		rank -= float64(c)
		last = high
	}
	return last
}

// Reset forgets the observations and keeps the memory.
func (s *Sketch) Reset() {
	clear(s.positive.counts)
	clear(s.negative.counts)
	s.positive.carry, s.negative.carry = nil, nil
	s.positive.n, s.negative.n, s.zeros = 0, 0, 0
}

// Empty makes the sketch as good as new, its windows too, but keeps the memory.
func (s *Sketch) Empty() {
	*s = Sketch{positive: s.positive.emptied(), negative: s.negative.emptied()}
}

// emptied returns a window without buckets that has the memory of w.
func (w *window) emptied() window {
	clear(w.counts)
	return window{counts: w.counts[:0]}
}

// Merge adds the observations of another sketch.
func (s *Sketch) Merge(o *Sketch) {
	s.positive.merge(&o.positive)
	s.negative.merge(&o.negative)
	s.zeros += o.zeros
}

func (w *window) merge(o *window) {
	for i := range o.counts {
		if c := o.count(i); c > 0 {
			w.add(o.first+i, c)
		}
	}
}

// Clone returns an independent copy.
func (s *Sketch) Clone() Sketch {
	c := *s
	c.positive.counts, c.negative.counts = s.positive.cloneCounts(), s.negative.cloneCounts()
	c.positive.carry, c.negative.carry = maps.Clone(s.positive.carry), maps.Clone(s.negative.carry)
	return c
}

func (w *window) cloneCounts() []uint32 {
	if w.counts == nil {
		return nil
	}
	c := newCounts(len(w.counts))
	copy(c, w.counts)
	return c
}
