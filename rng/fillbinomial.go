package rng

import (
	"fmt"
	"sync"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/elem/vec"
)

// FillBinomialRate writes to dst[i] how many of n[i] independent individuals
// leave when each stays with probability exp(−rate[i]): exact binomial counts.
// n[i] is a whole number in [0, 2^53] and rate[i] ≥ 0, where +Inf lets all
// leave. rate may have length 1, which is for all. The slices otherwise have
// the same length; dst may be n.
//
// The law is that of Binomial, the numbers are not: counts of a small mean are
// found by inversion, others by transformed rejection as there, many at a
// time. One word an element, and one or more others where the mean is 10 and
// more.
func (s *Stream) FillBinomialRate(dst, n, rate []float64) {
	if len(n) != len(dst) || len(rate) != len(dst) && len(rate) != 1 {
		panic(fmt.Sprintf("rng: FillBinomialRate of %d counts and %d rates into %d, want the same number", len(n), len(rate), len(dst)))
	}
	f := binomialFills.Get().(*binomialFill)
	defer binomialFills.Put(f)
	if len(rate) == 1 {
		f.probabilities(rate)
	}
	for lo := 0; lo < len(dst); lo += binomialChunk {
		hi := min(lo+binomialChunk, len(dst))
		if len(rate) == 1 {
			f.fill(s, dst[lo:hi], n[lo:hi], rate)
		} else {
			f.probabilities(rate[lo:hi])
			f.fill(s, dst[lo:hi], n[lo:hi], rate[lo:hi])
		}
	}
}

// FillBinomial writes Binomial counts of n[i] trials of probability p[i] to
// dst[i], by the method of FillBinomialRate; p may have length 1.
func (s *Stream) FillBinomial(dst, n, p []float64) {
	var rates [binomialChunk]float64
	if len(n) != len(dst) || len(p) != len(dst) && len(p) != 1 {
		panic(fmt.Sprintf("rng: FillBinomial of %d counts and %d probabilities into %d, want the same number", len(n), len(p), len(dst)))
	}
	for i, v := range p[:min(len(p), 1)] {
		rates[i] = binomialRate(v)
	}
	for lo := 0; lo < len(dst); lo += binomialChunk {
		hi := min(lo+binomialChunk, len(dst))
		if len(p) == 1 {
			s.FillBinomialRate(dst[lo:hi], n[lo:hi], rates[:1])
			continue
		}
		for i, v := range p[lo:hi] {
			rates[i] = binomialRate(v)
		}
		s.FillBinomialRate(dst[lo:hi], n[lo:hi], rates[:hi-lo])
	}
}

func binomialRate(p float64) float64 {
	checkProbability("FillBinomial", p)
	return -elem.Log1p(-p)
}

// binomialChunk is the number of counts drawn at a time.
const binomialChunk = 256

// binomialFill is the scratch of a chunk.
type binomialFill struct {
	stay, leave [binomialChunk]float64 // probabilities
	none        [binomialChunk]float64 // that all n stay
	uniforms    [binomialChunk]float64
	small       smallMeans
	large       largeMeans
}

// binomialFills keeps scratch, of which every call writes what it reads: to
// clear it would take longer than to draw some hundred counts.
var binomialFills = sync.Pool{New: func() any { return new(binomialFill) }}

// probabilities sets stay and leave from the rates.
func (f *binomialFill) probabilities(rate []float64) {
	stay := f.stay[:len(rate)]
	for i, r := range rate {
		if !(r >= 0) {
			panic(fmt.Sprintf("rng: FillBinomialRate with rate %v, want it ≥ 0", r))
		}
		stay[i] = -min(r, 750)
	}
	vec.Exp(stay, stay)
	for i, r := range rate {
		if r > 1.0/64 {
			f.leave[i] = 1 - stay[i]
			continue
		}
		// 1 − exp(−r) without cancellation; the next term is below 2^-53.
		tail := 1 - float64(r*(1.0/6-float64(r*(1.0/42))))
		tail = 1 - float64(r*(1.0/5)*tail)
		tail = 1 - float64(r*(1.0/4)*tail)
		tail = 1 - float64(r*(1.0/3)*tail)
		tail = 1 - float64(r*(1.0/2)*tail)
		f.leave[i] = float64(r * tail)
	}
}

// leastLarge is the mean from which counts are drawn by rejection; the hat of
// the method is made for means of at least 10.
const leastLarge = 10

// fill draws a chunk.
func (f *binomialFill) fill(s *Stream, dst, n, rate []float64) {
	step := 1
	if len(rate) == 1 {
		step = 0
	}
	small, large := &f.small, &f.large
	small.count, large.count = 0, 0
	if f.allLarge(n, step) {
		large.all(n, f.leave[:], f.stay[:], step)
		s.FillFloat64(large.u[:len(n)])
	} else {
		u := f.uniforms[:len(dst)]
		s.FillFloat64(u)
		f.divide(u, n, rate, step)
	}
	s.FillFloat64(large.v[:large.count])
	large.draw(s, dst)
	small.draw(dst)
}

// allLarge reports whether all means are large and none of the counts is better
// drawn by its complement; it checks the numbers of trials.
func (f *binomialFill) allLarge(n []float64, step int) bool {
	yes, at := true, 0
	for _, count := range n {
		if !wholeCount(count) {
			panic(fmt.Sprintf("rng: FillBinomialRate with n = %v, want a whole number in [0, 2^53]", count))
		}
		p := f.leave[at]
		if !(float64(count*p) >= leastLarge) || p > 0.5 {
			yes = false
		}
		at += step
	}
	return yes
}

// wholeCount reports whether x is a whole number in [0, 2^53].
func wholeCount(x float64) bool {
	if x >= 0 && x < 0x1p52 {
		return (x+0x1p52)-0x1p52 == x // the sum has no place for a fraction
	}
	return x >= 0 && x <= 0x1p53
}

// divide puts the counts of a chunk among the small and the large means.
func (f *binomialFill) divide(u, n, rate []float64, step int) {
	none := f.none[:len(n)]
	at := 0
	for i, count := range n {
		none[i] = -min(float64(count*rate[at]), 700)
		at += step
	}
	vec.Exp(none, none)
	at = 0
	for i, count := range n {
		p, q := f.leave[at], f.stay[at]
		at += step
		rare := min(p, q)
		switch {
		case float64(count*rare) >= leastLarge:
			f.large.add(i, count, rare, max(p, q), u[i], p > q)
		case p > q:
			f.small.add(i, u[i], elem.Exp(float64(count*elem.Log1p(-q))), count, q/p, true)
		default:
			f.small.add(i, u[i], none[i], count, p/q, false)
		}
	}
}
