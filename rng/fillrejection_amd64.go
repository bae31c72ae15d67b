package rng

import (
	"math/bits"

	"github.com/quatre-ppl/quatre/internal/simd"
)

// attemptAVX2 makes the attempts of attempt for 4·groups counts, and sets bit i%4 of
// accepted[i/4] where the squeeze accepts.
//
//go:noescape
func attemptAVX2(accepted *uint8, groups int, k, ratio, n, p, q, u, v *float64)

// attemptAll is attempt for all counts of the chunk; ok is false where there
// are no vector instructions.
func (l *largeMeans) attemptAll() (tested []uint8, ok bool) {
	if !simd.AVX2() {
		return nil, false
	}
	groups := (l.count + 3) / 4
	var accepted [binomialChunk / 4]uint8
	attemptAVX2(&accepted[0], groups, &l.k[0], &l.ratio[0], &l.n[0], &l.p[0], &l.q[0], &l.u[0], &l.v[0])
	return l.open(accepted[:groups], places[:l.count]), true
}

// fewAttempts is the number of counts up to which attempts one by one are
// faster.
const fewAttempts = 3

// attemptAgain is attempt for the pending counts; ok is false where there are
// no vector instructions, or too few counts.
func (l *largeMeans) attemptAgain(pending []uint8) (tested []uint8, ok bool) {
	if len(pending) <= fewAttempts || !simd.AVX2() {
		return nil, false
	}
	g := &l.again
	for j, i := range pending {
		g.n[j], g.p[j], g.q[j], g.u[j], g.v[j] = l.n[i], l.p[i], l.q[i], l.u[i], l.v[i]
	}
	groups := (len(pending) + 3) / 4
	var accepted [binomialChunk / 4]uint8
	attemptAVX2(&accepted[0], groups, &g.k[0], &g.ratio[0], &g.n[0], &g.p[0], &g.q[0], &g.u[0], &g.v[0])
	for j, i := range pending {
		l.k[i], l.ratio[i] = g.k[j], g.ratio[j]
	}
	return l.open(accepted[:groups], pending), true
}

// open returns those of the counts that the squeeze does not accept.
func (l *largeMeans) open(accepted, counts []uint8) (tested []uint8) {
	tested = l.tested[:0]
	for g, mask := range accepted {
		for rest := ^mask & 15; rest != 0; rest &= rest - 1 {
			if j := 4*g + bits.TrailingZeros8(rest); j < len(counts) {
				tested = append(tested, counts[j])
			}
		}
	}
	return tested
}

// compareAVX2 does what nearMode.compare does for 8·groups candidates.
//
//go:noescape
func compareAVX2(accepted, far *uint8, groups int, n, p, q, k, v *float64)

// compareAll is compare; it returns false where there are no vector
// instructions.
func (m *nearMode) compareAll(count int) bool {
	if !simd.AVX2() {
		return false
	}
	groups := (count + 7) / 8
	for j := count; j < 8*groups; j++ {
		m.n[j], m.p[j], m.q[j], m.k[j], m.v[j] = 0, 0, 1, 0, 0 // at the mode
	}
	compareAVX2(&m.accepted[0], &m.far[0], groups, &m.n[0], &m.p[0], &m.q[0], &m.k[0], &m.v[0])
	return true
}
