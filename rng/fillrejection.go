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
	whole   bool // all counts of the chunk are here, in their order
	place   [binomialChunk]uint8
	flipped [binomialChunk]bool // the count that leaves is n less what is drawn
	n, p, q [binomialChunk]float64
	u, v    [binomialChunk]float64 // uniform numbers of the attempt

	k, ratio  [binomialChunk]float64 // candidate; v over the density of the hat
	tested    [binomialChunk]uint8
	far       [binomialChunk]uint8
	near      nearMode
	logs      [4][binomialChunk]float64
	remaining [binomialChunk]uint8
	fresh     [2 * binomialChunk]float64
	again     gathered
}

// gathered is the counts that make another attempt, one after the other.
type gathered struct {
	n, p, q, u, v, k, ratio [binomialChunk]float64
}

// add takes a count into the chunk: probability p ≤ q, first uniform number u.
func (l *largeMeans) add(place int, n, p, q, u float64, flipped bool) {
	at := l.count & (binomialChunk - 1)
	l.place[at], l.n[at], l.p[at], l.q[at], l.u[at], l.flipped[at] = uint8(place), n, p, q, u, flipped
	l.whole = false
	l.count++
}

// all takes a whole chunk, with probabilities p ≤ q for each or, where step is
// 0, for all.
func (l *largeMeans) all(n, p, q []float64, step int) {
	l.count, l.whole = len(n), true
	copy(l.n[:], n)
	if step == 1 {
		copy(l.p[:], p[:len(n)])
		copy(l.q[:], q[:len(n)])
		return
	}
	p0, q0 := p[0], q[0]
	lp, lq := l.p[:len(n)], l.q[:len(n)]
	for i := range lp {
		lp[i], lq[i] = p0, q0
	}
}

// places are all places of a chunk.
var places = func() (p [binomialChunk]uint8) {
	for i := range p {
		p[i] = uint8(i)
	}
	return p
}()

// draw writes the counts to their places in dst, from u and v for the first
// attempt of each.
func (l *largeMeans) draw(s *Stream, dst []float64) {
	if l.count == 0 {
		return
	}
	tested, ok := l.attemptAll()
	if !ok {
		tested = l.attempt(places[:l.count])
	}
	for pending := l.test(tested); len(pending) > 0; pending = l.test(tested) {
		fresh := l.fresh[:2*len(pending)]
		s.FillFloat64(fresh)
		for j, i := range pending {
			l.u[i], l.v[i] = fresh[2*j], fresh[2*j+1]
		}
		if tested, ok = l.attemptAgain(pending); !ok {
			tested = l.attempt(pending)
		}
	}
	if l.whole {
		copy(dst, l.k[:l.count])
		return
	}
	for i, at := range l.place[:l.count] {
		k := l.k[i]
		if l.flipped[i] {
			k = l.n[i] - k
		}
		dst[at] = k
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

// Bounds of test: products of nearSteps factors are exact enough, and finite,
// up to nearTrials trials; the logarithms of decide lose digits beyond
// exactLogs.
const (
	nearSteps  = 32
	nearTrials = 1 << 26
	exactLogs  = 1 << 20
)

// nearMode compares candidates with the ratio of their probability to that of
// the mode, which near the mode is a product of few factors.
type nearMode struct {
	n, p, q, k, v [binomialChunk]float64
	// Bit i%8 of byte i/8: the candidate is accepted; it is too far from the
	// mode to tell. Neither: it is rejected.
	accepted, far [binomialChunk / 8]uint8
}

// test compares each candidate with the ratio of its probability to that of the
// mode and returns those that are rejected. Near the mode the ratio is a
// product; further away its logarithm lies within bounds that mostly decide
// (Kachitvichyanukul and Schmeiser 1988, algorithm BTPE, steps 5.1 and 5.2).
func (l *largeMeans) test(tested []uint8) (rejected []uint8) {
	if len(tested) == 0 {
		return nil
	}
	m := &l.near
	for j, i := range tested {
		m.n[j], m.p[j], m.q[j], m.k[j], m.v[j] = l.n[i], l.p[i], l.q[i], l.k[i], l.ratio[i]
	}
	if !m.compareAll(len(tested)) {
		m.compare(len(tested))
	}
	rejections, far := 0, 0
	for j, i := range tested {
		l.remaining[rejections&(binomialChunk-1)] = i
		l.far[far&(binomialChunk-1)] = i
		isFar := int(m.far[j>>3]>>(j&7)) & 1
		far += isFar
		rejections += 1 - isFar - int(m.accepted[j>>3]>>(j&7))&1
	}
	if far > 0 {
		rejections = l.testFar(l.far[:far], rejections)
	}
	return l.remaining[:rejections]
}

// compare decides the first count candidates.
func (m *nearMode) compare(count int) {
	clear(m.accepted[:])
	clear(m.far[:])
	for j := range count {
		n, k := m.n[j], m.k[j]
		mode := math.Floor((n + 1) * m.p[j])
		distance := math.Abs(k - mode)
		switch {
		case !(k >= 0 && k <= n):
		case distance > nearSteps || n > nearTrials:
			m.far[j>>3] |= 1 << (j & 7)
		default:
			above, below := m.product(j, min(k, mode), int(distance))
			if k < mode {
				above, below = below, above
			}
			if float64(m.v[j]*below) <= above {
				m.accepted[j>>3] |= 1 << (j & 7)
			}
		}
	}
}

// product returns numerator and denominator of f(from+steps)/f(from), f the
// probabilities of counts: Π p (n−i)/(q (i+1)) over i from from.
func (m *nearMode) product(j int, from float64, steps int) (above, below float64) {
	p, q, rest, k := m.p[j], m.q[j], m.n[j]-from, from+1
	above, below = 1, 1
	for range steps {
		above *= float64(p * rest)
		below *= float64(q * k)
		rest--
		k++
	}
	return above, below
}

// testFar does the rest of test and returns how many are rejected, those before
// included.
func (l *largeMeans) testFar(far []uint8, rejections int) int {
	logs := l.logs[3][:len(far)]
	for j, i := range far {
		logs[j] = l.ratio[i]
	}
	vec.Log(logs, logs)
	open := 0
	for j, i := range far {
		n, p := l.n[i], l.p[i]
		variance := float64(n * p * l.q[i])
		distance := math.Abs(l.k[i] - math.Floor((n+1)*p))
		scaled := distance / variance
		normal := float64(-0.5 * float64(distance*scaled))
		slack := scaled * (float64((float64(distance*(float64(distance*(1.0/3))+0.625))+1.0/6)/variance) + 0.5)
		switch v := logs[j]; {
		case float64(2*(distance+1)) >= variance || math.Abs(v-normal) <= slack:
			l.far[open], logs[open] = i, v
			open++
		case v > normal:
			l.remaining[rejections&(binomialChunk-1)] = i
			rejections++
		}
	}
	return l.decide(l.far[:open], logs[:open], rejections)
}

// decide compares candidates with the logarithm v of their bounds. With
// Stirling's formula for the factorials, and s its correction, m the mode,
//
//	log f(k)/f(m) = (m+½) log (m+1)/(k+1) + (n−m+½) log (n−m+1)/(n−k+1)
//	              + (k−m) log (p (n−k+1))/(q (k+1))
//	              + s(m+1) − s(k+1) + s(n−m+1) − s(n−k+1)
//
// (Hörmann 1993, algorithm BTRS, step 3.1, rearranged so that the logarithms
// are small).
func (l *largeMeans) decide(open []uint8, v []float64, rejections int) int {
	a, b, c := l.logs[0][:len(open)], l.logs[1][:len(open)], l.logs[2][:len(open)]
	for j, i := range open {
		n, p, q, k := l.n[i], l.p[i], l.q[i], l.k[i]
		mode := math.Floor((n + 1) * p)
		a[j] = (mode + 1) / (k + 1)
		b[j] = (n - mode + 1) / (n - k + 1)
		c[j] = p * (n - k + 1) / (q * (k + 1))
	}
	for _, x := range [...][]float64{a, b, c} {
		vec.Log(x, x)
	}
	for j, i := range open {
		n, p, q, k := l.n[i], l.p[i], l.q[i], l.k[i]
		mode := math.Floor((n + 1) * p)
		var logRatio float64
		if n > exactLogs {
			logRatio = logBinomial(k, n, p, q) - logBinomial(mode, n, p, q)
		} else {
			logRatio = float64((mode+0.5)*a[j]) + float64((n-mode+0.5)*b[j]) + float64((k-mode)*c[j]) +
				(stirlingError(mode+1) - stirlingError(k+1)) + (stirlingError(n-mode+1) - stirlingError(n-k+1))
		}
		if !(v[j] <= logRatio) {
			l.remaining[rejections&(binomialChunk-1)] = i
			rejections++
		}
	}
	return rejections
}
