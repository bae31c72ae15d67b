package rng

import (
	"fmt"

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
// time. Two words an element, and more where a rejection asks
// for them.
func (s *Stream) FillBinomialRate(dst, n, rate []float64) {
	if len(n) != len(dst) || len(rate) != len(dst) && len(rate) != 1 {
		panic(fmt.Sprintf("rng: FillBinomialRate of %d counts and %d rates into %d, want the same number", len(n), len(rate), len(dst)))
	}
	var f binomialFill
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
const binomialChunk = 128

// binomialFill is the scratch of a chunk.
type binomialFill struct {
	stay, leave [binomialChunk]float64 // probabilities
	none        [binomialChunk]float64 // that all n stay
	uniforms    [2 * binomialChunk]float64
	large       largeMeans
}

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

// fill draws a chunk.
func (f *binomialFill) fill(s *Stream, dst, n, rate []float64) {
	u := f.uniforms[:2*len(dst)]
	s.FillFloat64(u)
	none := f.none[:len(dst)]
	step := 1
	if len(rate) == 1 {
		step = 0
	}
	at := 0
	for i, count := range n {
		if !(count >= 0 && count <= 0x1p53) || float64(int64(count)) != count {
			panic(fmt.Sprintf("rng: FillBinomialRate with n = %v, want a whole number in [0, 2^53]", count))
		}
		none[i] = -min(float64(count*rate[at]), 700)
		at += step
	}
	vec.Exp(none, none)
	large := &f.large
	large.count = 0
	at = 0
	for i, count := range n {
		p, q := f.leave[at], f.stay[at]
		rare := min(p, q)
		switch {
		case float64(count*rare) >= 10:
			large.add(i, count, rare, max(p, q), u[2*i], u[2*i+1], p > q)
		case p > q:
			k := invertSmall(u[2*i], elem.Exp(float64(count*elem.Log1p(-q))), count, q/p)
			dst[i] = count - k
		default:
			dst[i] = invertSmall(u[2*i], none[i], count, p/q)
		}
		at += step
	}
	large.draw(s, dst)
}

// reciprocals holds 1/k.
var reciprocals = func() (r [largestSmall + 1]float64) {
	for k := 1; k <= largestSmall; k++ {
		r[k] = 1 / float64(k)
	}
	return r
}()

// largestSmall bounds counts of mean below 10: beyond it lies a probability
// below 1e-60.
const largestSmall = 110

// invertSmall inverts the distribution function of n trials with the given odds
// and probability none of 0 at u, by search from 0; the mean is below 10.
func invertSmall(u, none, n, odds float64) float64 {
	p, k := none, 0
	last := largestSmall
	if n < largestSmall {
		last = int(n)
	}
	rest := float64(n * odds)
	for u > p && k < last {
		u -= p
		k++
		p *= float64(rest * reciprocals[k])
		rest -= odds
	}
	return float64(k)
}
