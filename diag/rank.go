package diag

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
)

// ordered holds draws in increasing order, NaNs first.
type ordered []element

// element is a draw among ordered ones.
type element struct {
	key   uint64 // the value, see keyOf
	index int    // its place before
}

// keyOf maps numbers to integers of the same order. NaNs come first, and the two
// zeros are one.
func keyOf(x float64) uint64 {
	switch bits := math.Float64bits(x + 0); { // −0 + 0 is +0
	case x != x:
		return 0
	case bits>>63 != 0:
		return ^bits
	default:
		return bits | 1<<63
	}
}

// value is the inverse of keyOf.
func (e element) value() float64 {
	if e.key>>63 != 0 {
		return math.Float64frombits(e.key &^ (1 << 63))
	}
	return math.Float64frombits(^e.key)
}

// order sorts draws: byte by byte of their keys from the last, elements with the
// same byte staying in order. Bytes that all keys share are passed over.
func order(x []float64) ordered {
	now, next := make(ordered, len(x)), make(ordered, len(x))
	var counts [8][256]int
	for i, v := range x {
		key := keyOf(v)
		now[i] = element{key, i}
		for digit := range counts {
			counts[digit][byte(key>>(8*digit))]++
		}
	}
	for digit := range counts {
		begin, shift := &counts[digit], 8*digit
		if len(x) == 0 || begin[byte(now[0].key>>shift)] == len(x) {
			continue
		}
		at := 0
		for b, count := range begin {
			begin[b] = at
			at += count
		}
		for _, e := range now {
			b := byte(e.key >> shift)
			next[begin[b]] = e
			begin[b]++
		}
		now, next = next, now
	}
	return now
}

// values returns the draws in increasing order, NaNs first.
func (o ordered) values() []float64 {
	sorted := make([]float64, len(o))
	for i, e := range o {
		sorted[i] = e.value()
	}
	return sorted
}

// sortedCopy returns the elements in increasing order, NaNs first.
func sortedCopy(x []float64) []float64 { return order(x).values() }

// folded orders the distances of the draws from a finite centre: the draws below
// it, from the last to the first, are merged with those above. A difference of
// spread becomes one of location.
func (o ordered) folded(centre float64) ordered {
	out := make(ordered, 0, len(o))
	above := 0
	for above < len(o) && o[above].value() < centre {
		above++
	}
	for below := above - 1; below >= 0 || above < len(o); {
		var down, up float64
		if below >= 0 {
			down = math.Abs(o[below].value() - centre)
		}
		if above < len(o) {
			up = math.Abs(o[above].value() - centre)
		}
		if above == len(o) || below >= 0 && down < up {
			out = append(out, element{keyOf(down), o[below].index})
			below--
		} else {
			out = append(out, element{keyOf(up), o[above].index})
			above++
		}
	}
	return out
}

// pool is what the draws of all chains together, in order, tell.
type pool struct {
	order  ordered
	values []float64 // in increasing order, NaNs first
	median float64
	folded ordered // the distances from the median; nil if that is not finite
}

func newPool(x []float64) *pool {
	p := &pool{order: order(x)}
	p.values = p.order.values()
	p.median = median(p.values)
	if !math.IsNaN(p.median) && !math.IsInf(p.median, 0) {
		p.folded = p.order.folded(p.median)
	}
	return p
}

// mad returns the median distance from the median, NaN if that is not finite.
func (p *pool) mad() float64 { return median(p.folded.values()) }

// blom returns Φ⁻¹((rank − 3/8) / (n + 1/4)), the normal score of a rank among n
// draws (Vehtari et al. 2021, section 4.1; the offset is that of Blom 1958).
func blom(rank float64, n int) float64 {
	return elem.NormQuantile((rank - 0.375) / (float64(n) + 0.25))
}

// blomTable returns the normal scores of the ranks 1 to n.
func blomTable(n int) []float64 {
	table := make([]float64, n)
	for i := range table {
		table[i] = blom(float64(i+1), n)
	}
	return table
}

// scores returns the normal scores of the draws, at the places where the draws
// were; equal draws share that of their average rank. The table is blomTable of
// their number.
func (o ordered) scores(table []float64) []float64 {
	scores := make([]float64, len(o))
	for begin := 0; begin < len(o); {
		end := begin + 1
		for end < len(o) && o[end].key == o[begin].key {
			end++
		}
		score := table[begin]
		if end > begin+1 {
			score = blom(float64(begin+1+end)/2, len(o))
		}
		for _, e := range o[begin:end] {
			scores[e.index] = score
		}
		begin = end
	}
	return scores
}
