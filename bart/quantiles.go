package bart

import (
	"math"
	"math/bits"
	"slices"
	"sort"
)

// maxCountBins is the largest number of bins that values are counted in: their counts stay in a cache.
const maxCountBins = 1 << 14

// cutFinder finds the cuts of one column after the other. It counts values in bins of equal width, and
// sorts only those of the bins that quantiles are in. Its room serves all columns.
type cutFinder struct {
	// rows is the number of values that are not missing, low and high are the ends of their range,
	// missing tells whether others are.
	rows      int
	low, high float64
	missing   bool

	scale  float64
	counts []int32   // of values, by bin
	least  []float64 // the smallest value, by bin
	starts []int32   // where the values of a bin begin in kept, -1 if they are not there
	kept   []float64
}

// span looks at the ends of the values.
func (q *cutFinder) span(values []float64) {
	q.rows, q.low, q.high = 0, math.Inf(1), math.Inf(-1)
	for _, x := range values {
		if math.IsNaN(x) {
			continue
		}
		q.rows++
		if x < q.low {
			q.low = x
		}
		if x > q.high {
			q.high = x
		}
	}
	q.missing = q.rows < len(values)
}

// bin is the number of a value's bin; it does not fall with the value.
func (q *cutFinder) bin(x float64) int {
	return int(float64((float64(x*0.5) - float64(q.low*0.5)) * q.scale))
}

// count counts the values, of which span has seen the ends, and returns the number of bins with some.
func (q *cutFinder) count(values []float64) (occupied int) {
	size := min(1<<bits.Len(uint(q.rows)), maxCountBins)
	q.counts = slices.Grow(q.counts[:0], size)[:size]
	q.least = slices.Grow(q.least[:0], size)[:size]
	q.starts = slices.Grow(q.starts[:0], size)[:size]
	clear(q.counts)
	for b := range q.least {
		q.least[b] = math.Inf(1)
	}
	q.scale = float64(size-1) / (float64(q.high*0.5) - float64(q.low*0.5))
	if math.IsInf(q.scale, 0) || math.IsNaN(q.scale) {
		q.scale = 0 // all in one bin
	}
	for _, x := range values {
		if math.IsNaN(x) {
			continue
		}
		b := q.bin(x)
		if q.counts[b] == 0 {
			occupied++
		}
		q.counts[b]++
		if x < q.least[b] {
			q.least[b] = x
		}
	}
	return occupied
}

// walk is a way through the bins: before is the number of values in those before bin.
type walk struct{ bin, before int }

// to goes on to the bin of the value with a number in the order of the values.
func (w *walk) to(rank int, counts []int32) {
	for w.before+int(counts[w.bin]) <= rank {
		w.before += int(counts[w.bin])
		w.bin++
	}
}

// quantileRank is the number, in the order of the values, of the one below quantile k of limit.
func quantileRank(k, limit, rows int) int { return max(k*rows/(limit+1)-1, 0) }

// keep marks the bins whose values are wanted, all or those of the quantiles, and puts these values
// into kept, the bins in their order, sorted.
func (q *cutFinder) keep(values []float64, limit int, all bool) {
	for b := range q.starts {
		q.starts[b] = -1
		if all {
			q.starts[b] = 0
		}
	}
	if w := (walk{}); !all {
		for k := 1; k <= limit; k++ {
			w.to(quantileRank(k, limit, q.rows), q.counts)
			q.starts[w.bin] = 0
		}
	}
	total := int32(0)
	for b, s := range q.starts {
		if s == 0 {
			q.starts[b] = total
			total += q.counts[b]
		}
	}
	q.kept = slices.Grow(q.kept[:0], int(total))[:total]
	for _, x := range values {
		if math.IsNaN(x) {
			continue
		}
		if b := q.bin(x); q.starts[b] >= 0 {
			q.kept[q.starts[b]] = x
			q.starts[b]++
		}
	}
	for b, end := range q.starts {
		if end >= 0 {
			q.starts[b] = end - q.counts[b]
			slices.Sort(q.kept[q.starts[b]:end])
		}
	}
}

// cuts returns at most limit cuts between the values, of which span has seen the ends: every
// midpoint if there are no more than that, else the midpoints next to the quantiles k/(limit+1).
func (q *cutFinder) cuts(values []float64, limit int) []float64 {
	if q.rows == 0 {
		return nil
	}
	few := q.count(values) <= limit+1 // as there may be no more values than bins
	q.keep(values, limit, few)
	if few {
		changes := 0
		for i := 1; i < len(q.kept); i++ {
			if q.kept[i] != q.kept[i-1] {
				changes++
			}
		}
		if changes <= limit {
			return midpoints(q.kept, changes)
		}
	}
	var cuts []float64
	for k, w := 1, (walk{}); k <= limit; k++ {
		rank := quantileRank(k, limit, q.rows)
		w.to(rank, q.counts)
		low, next := q.pair(&w, rank)
		if math.IsInf(next, 1) {
			break
		}
		// The last change up to the quantile keeps equal values together.
		if c := middle(low, next); len(cuts) == 0 || c > cuts[len(cuts)-1] {
			cuts = append(cuts, c)
		}
	}
	return cuts
}

// pair returns the value of a rank, in a bin that is kept, and the next larger one, +Inf if there is none.
func (q *cutFinder) pair(w *walk, rank int) (low, next float64) {
	start := int(q.starts[w.bin])
	values := q.kept[start : start+int(q.counts[w.bin])]
	low = values[rank-w.before]
	rest := values[rank-w.before+1:]
	if i := sort.Search(len(rest), func(i int) bool { return rest[i] > low }); i < len(rest) {
		return low, rest[i]
	}
	for _, least := range q.least[w.bin+1:] {
		if !math.IsInf(least, 1) {
			return low, least
		}
	}
	return low, math.Inf(1)
}

// midpoints returns the numbers in the middle between neighbouring values of a sorted sample, as many as
// it changes.
func midpoints(sorted []float64, changes int) []float64 {
	if changes == 0 {
		return nil
	}
	cuts := make([]float64, 0, changes)
	for i := 1; i < len(sorted); i++ {
		if sorted[i] != sorted[i-1] {
			cuts = append(cuts, middle(sorted[i-1], sorted[i]))
		}
	}
	return cuts
}

// middle returns a number c with a ≤ c < b.
func middle(a, b float64) float64 {
	c := float64(a/2) + float64(b/2)
	if c < a || c >= b {
		return a
	}
	return c
}
