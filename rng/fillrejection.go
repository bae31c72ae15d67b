package rng

import (
	"math"

	"github.com/quatre-ppl/quatre/elem/vec"
)

// largeMeans draws binomial counts of mean 10 and more, up to a chunk of them,
// by the transformed rejection of binomialRejection: all counts make an attempt
// together, those rejected another. Roots, divisions and logarithms of several
// counts then overlap.
type largeMeans struct {
	count   int
	place   [binomialChunk]uint8
	flipped [binomialChunk]bool // the count that leaves is n less what is drawn
	n, p, q [binomialChunk]float64
	u, v    [binomialChunk]float64 // uniform numbers of the attempt

	k, ratio  [binomialChunk]float64 // candidate; v over the density of the hat
	tested    [binomialChunk]uint8
	logs      [4][binomialChunk]float64
	remaining [binomialChunk]uint8
	fresh     [2 * binomialChunk]float64
}

// add takes a count into the chunk: probability p ≤ q, first pair of uniform
// numbers u and v.
func (l *largeMeans) add(place int, n, p, q, u, v float64, flipped bool) {
	at := l.count & (binomialChunk - 1)
	l.place[at], l.n[at], l.p[at], l.q[at], l.u[at], l.v[at], l.flipped[at] = uint8(place), n, p, q, u, v, flipped
	l.remaining[at] = uint8(at)
	l.count++
}

// draw writes the counts to their places in dst.
func (l *largeMeans) draw(s *Stream, dst []float64) {
	pending := l.remaining[:l.count]
	for first := true; len(pending) > 0; first = false {
		if !first {
			fresh := l.fresh[:2*len(pending)]
			s.FillFloat64(fresh)
			for j, i := range pending {
				l.u[i], l.v[i] = fresh[2*j], fresh[2*j+1]
			}
		}
		tested, ok := []uint8(nil), false
		if first {
			tested, ok = l.attemptAll()
		}
		if !ok {
			tested = l.attempt(pending)
		}
		pending = l.test(tested)
	}
	for i := range l.count {
		k := l.k[i]
		if l.flipped[i] {
			k = l.n[i] - k
		}
		dst[l.place[i]] = k
	}
}

// attempt makes a candidate for each of the pending counts, and returns those
// that the squeeze does not accept at once. There are no branches in it.
func (l *largeMeans) attempt(pending []uint8) (tested []uint8) {
	count := 0
	for _, i := range pending {
		p := l.p[i]
		mean := float64(l.n[i] * p)
		deviation := math.Sqrt(float64(mean * l.q[i]))
		b := 1.15 + float64(2.53*deviation)
		a := -0.0873 + float64(0.0248*b) + float64(0.01*p)
		u, v := l.u[i]-0.5, l.v[i]
		edge := 0.5 - math.Abs(u)
		inverse := 1 / edge
		l.k[i] = math.Floor(float64((float64(2*a*inverse)+b)*u) + (mean + 0.5))
		inverseB := 1 / b
		// v·alpha/(a/edge² + b), alpha = (2.83 + 5.1/b)·deviation
		l.ratio[i] = v * float64(float64(2.83+float64(5.1*inverseB))*deviation) / (float64(a*float64(inverse*inverse)) + b)
		l.tested[count&(binomialChunk-1)] = i
		open := 1
		if v <= 0.92-float64(4.2*inverseB) {
			open = 0
		}
		if !(edge >= 0.07) {
			open = 1
		}
		count += open
	}
	return l.tested[:count]
}

// exactLogs is the number of trials beyond which the logarithms of test would
// lose digits.
const exactLogs = 1 << 20

// test compares each candidate with the ratio of its probability to that of the
// mode m and returns those that are rejected. With Stirling's formula for the
// factorials, and s its correction,
//
//	log f(k)/f(m) = (m+½) log (m+1)/(k+1) + (n−m+½) log (n−m+1)/(n−k+1)
//	              + (k−m) log (p (n−k+1))/(q (k+1))
//	              + s(m+1) − s(k+1) + s(n−m+1) − s(n−k+1)
//
// (Hörmann 1993, algorithm BTRS, step 3.1, rearranged so that the logarithms
// are small).
func (l *largeMeans) test(tested []uint8) (rejected []uint8) {
	a, b, c, d := l.logs[0][:len(tested)], l.logs[1][:len(tested)], l.logs[2][:len(tested)], l.logs[3][:len(tested)]
	for j, i := range tested {
		n, p, q := l.n[i], l.p[i], l.q[i]
		k := min(max(l.k[i], 0), n)
		mode := math.Floor((n + 1) * p)
		a[j] = (mode + 1) / (k + 1)
		b[j] = (n - mode + 1) / (n - k + 1)
		c[j] = p * (n - k + 1) / (q * (k + 1))
		d[j] = l.ratio[i]
	}
	for k := range l.logs {
		vec.Log(l.logs[k][:len(tested)], l.logs[k][:len(tested)])
	}
	count := 0
	for j, i := range tested {
		n, p, q, k := l.n[i], l.p[i], l.q[i], l.k[i]
		mode := math.Floor((n + 1) * p)
		inside := k >= 0 && k <= n
		var logRatio float64
		switch {
		case !inside:
			logRatio = math.Inf(-1)
		case n > exactLogs:
			logRatio = logBinomial(k, n, p, q) - logBinomial(mode, n, p, q)
		default:
			logRatio = float64((mode+0.5)*a[j]) + float64((n-mode+0.5)*b[j]) + float64((k-mode)*c[j]) +
				(stirlingError(mode+1) - stirlingError(k+1)) + (stirlingError(n-mode+1) - stirlingError(n-k+1))
		}
		l.remaining[count&(binomialChunk-1)] = i
		open := 1
		if d[j] <= logRatio {
			open = 0
		}
		count += open
	}
	return l.remaining[:count]
}
