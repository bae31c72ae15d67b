package resample

import (
	"math"

	"github.com/quatre-ppl/quatre/elem/vec"
	"github.com/quatre-ppl/quatre/rng"
)

// systematic counts the points k + 1 − u, k = 0 … M−1, below each cumulated
// weight (Carpenter, Clifford and Fearnhead 1999). last takes what rounding of
// the sum leaves over.
func systematic(dst []int32, src *rng.Stream, weights []float64, total float64, last int) {
	m := len(dst)
	scale := float64(m) / total
	cumulated := src.Float64()
	k := 0
	for i, w := range weights[:last] {
		cumulated += float64(w * scale)
		end := min(int(cumulated), m)
		// Few particles have more than two offspring. Writing two for each,
		// which the next overwrites where they are too many, keeps the
		// processor from guessing how many there are.
		if k+2 <= m {
			dst[k], dst[k+1] = int32(i), int32(i)
			for k += 2; k < end; k++ {
				dst[k] = int32(i)
			}
			k = end
			continue
		}
		for ; k < end; k++ {
			dst[k] = int32(i)
		}
	}
	for ; k < m; k++ {
		dst[k] = int32(last)
	}
}

// stratified takes a point k + u[k] from each of M strata (Kitagawa 1996).
func (r *Resampler) stratified(dst []int32, src *rng.Stream, weights []float64, total float64, last int) {
	m := len(dst)
	r.uniforms = grow(r.uniforms, m)
	src.FillFloat64(r.uniforms)
	for k := range r.uniforms {
		r.uniforms[k] += float64(k)
	}
	locate(dst, r.uniforms, weights, float64(m)/total, last)
}

// multinomial makes sorted uniform points of exponential spacings, in one pass
// (Devroye 1986, section V.3.1).
func (r *Resampler) multinomial(dst []int32, src *rng.Stream, weights []float64, total float64, last int) {
	m := len(dst)
	r.uniforms = grow(r.uniforms, m+1)
	src.FillFloat64(r.uniforms)
	vec.Log(r.uniforms, r.uniforms)
	cumulated := 0.0
	for k, l := range r.uniforms {
		cumulated -= l
		r.uniforms[k] = cumulated
	}
	locate(dst, r.uniforms[:m], weights, cumulated/total, last)
}

// locate finds sorted points among the cumulated weights times scale.
func locate(dst []int32, points, weights []float64, scale float64, last int) {
	i, cumulated := 0, float64(weights[0]*scale)
	for k, point := range points {
		for point >= cumulated && i < last {
			i++
			cumulated += float64(weights[i] * scale)
		}
		dst[k] = int32(i)
	}
}

// residual gives each particle the whole part of its expected number and draws
// the rest by multinomial (Liu and Chen 1998).
func (r *Resampler) residual(dst []int32, src *rng.Stream, weights []float64, total float64) {
	given := r.wholeParts(len(dst), weights, total)
	missing := len(dst) - given
	if missing > 0 {
		restTotal, last := sum(r.rest)
		drawn := dst[:missing]
		r.multinomial(drawn, src, r.rest, restTotal, last)
		for _, i := range drawn {
			r.counts[i]++
		}
	}
	expand(dst, r.counts)
}

// wholeParts sets counts to the whole parts of the expected numbers among m and
// rest to the fractions, and returns the sum of the counts.
func (r *Resampler) wholeParts(m int, weights []float64, total float64) (given int) {
	r.rest, r.counts = grow(r.rest, len(weights)), grow(r.counts, len(weights))
	scale := float64(m) / total
	for i, w := range weights {
		expected := float64(w * scale)
		whole := math.Floor(expected)
		// A sum of fractions a rounding below 1 must not lose its particle,
		// nor one above m make one too many.
		whole = min(whole, float64(m-given))
		r.rest[i] = expected - whole
		r.counts[i] = int32(whole)
		given += int(whole)
	}
	return given
}

// expand writes each index as often as counts says, at most len(dst) in all;
// the last one with a count takes what is missing.
func expand(dst []int32, counts []int32) {
	k, last := 0, int32(0)
	for i, n := range counts {
		if n > 0 {
			last = int32(i)
		}
		for ; n > 0 && k < len(dst); n-- {
			dst[k] = int32(i)
			k++
		}
	}
	for ; k < len(dst); k++ {
		dst[k] = last
	}
}

// ssp rounds the expected numbers by the Srinivasan sampling process: two
// fractions p and q at a time exchange mass, keeping both means, until one of
// them is whole (Gerber, Chopin and Whiteley 2019, algorithm 2):
//
//	p + q < 1:  (p+q, 0) with probability p/(p+q), else (0, p+q)
//	p + q ≥ 1:  (1, p+q−1) with probability (1−q)/(2−p−q), else (p+q−1, 1)
func (r *Resampler) ssp(dst []int32, src *rng.Stream, weights []float64, total float64) {
	given := r.wholeParts(len(dst), weights, total)
	open := -1 // the particle whose fraction is not decided yet
	for j, q := range r.rest {
		if q == 0 {
			continue
		}
		if open < 0 {
			open = j
			continue
		}
		p := r.rest[open]
		u := src.Float64()
		winner, loser := open, j
		if p+q < 1 {
			if u >= p/(p+q) {
				winner, loser = j, open
			}
			r.rest[winner], r.rest[loser] = p+q, 0
			open = winner
			continue
		}
		if u >= (1-q)/(2-p-q) {
			winner, loser = j, open
		}
		r.counts[winner]++
		given++
		r.rest[winner], r.rest[loser] = 0, p+q-1
		open = loser
	}
	// The fractions sum to a whole number: the last one is 0 or 1, up to
	// rounding.
	if open >= 0 && given < len(dst) {
		r.counts[open]++
	}
	expand(dst, r.counts)
}

// killing keeps particle i with probability w[i]/max w and replaces it by a
// draw otherwise (Del Moral 2004, section 5.4).
func (r *Resampler) killing(dst []int32, src *rng.Stream, weights []float64, total float64, last int) {
	if len(dst) != len(weights) {
		panic("resample: killing with another number of offspring than of particles")
	}
	largest := 0.0
	for _, w := range weights {
		largest = max(largest, w)
	}
	r.rest = grow(r.rest, len(dst))
	src.FillFloat64(r.rest)
	r.counts = r.counts[:0]
	for i, w := range weights {
		dst[i] = int32(i)
		if float64(r.rest[i]*largest) >= w {
			r.counts = append(r.counts, int32(i))
		}
	}
	if len(r.counts) == 0 {
		return
	}
	killed := r.counts
	r.drawn = grow(r.drawn, len(killed))
	drawn := r.drawn
	r.multinomial(drawn, src, weights, total, last)
	for k, i := range killed {
		dst[i] = drawn[k]
	}
}
