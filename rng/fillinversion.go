package rng

// smallMeans draws binomial counts of a mean below 10, up to a chunk of them,
// by inversion: search of the distribution function from 0, several counts in
// step with one another.
type smallMeans struct {
	count   int
	place   [binomialChunk]uint8
	flipped [binomialChunk]bool // the count that leaves is n less what is drawn
	n       [binomialChunk]float64

	u, p       [binomialChunk]float64 // uniform number; probability of 0
	rest, odds [binomialChunk]float64 // odds times the trials left; odds
	last       [binomialChunk]float64 // the largest count
	k          [binomialChunk]float64
}

// largestSmall bounds counts of mean below 10: beyond it lies a probability
// below 1e-60.
const largestSmall = 110

// reciprocals holds 1/k.
var reciprocals = func() (r [largestSmall + 1]float64) {
	for k := 1; k <= largestSmall; k++ {
		r[k] = 1 / float64(k)
	}
	return r
}()

// add takes a count of n trials into the chunk: uniform number u, probability
// none of 0, odds of a success.
func (m *smallMeans) add(place int, u, none, n, odds float64, flipped bool) {
	at := m.count & (binomialChunk - 1)
	m.place[at], m.flipped[at], m.n[at] = uint8(place), flipped, n
	m.u[at], m.p[at], m.rest[at], m.odds[at], m.last[at] = u, none, float64(n*odds), odds, min(n, largestSmall)
	m.count++
}

// draw writes the counts to their places in dst.
func (m *smallMeans) draw(dst []float64) {
	for i := m.invertAll(); i < m.count; i++ {
		m.k[i] = m.invert(i)
	}
	for i, at := range m.place[:m.count] {
		k := m.k[i]
		if m.flipped[i] {
			k = m.n[i] - k
		}
		dst[at] = k
	}
}

// invert searches for count i.
func (m *smallMeans) invert(i int) float64 {
	u, p, rest, odds, last := m.u[i], m.p[i], m.rest[i], m.odds[i], int(m.last[i])
	k := 0
	for u > p && k < last {
		u -= p
		k++
		p *= float64(rest * reciprocals[k])
		rest -= odds
	}
	return float64(k)
}
