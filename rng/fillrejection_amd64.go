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
	groups := (l.count + 3) / 4
	if !simd.AVX2() {
		return nil, false
	}
	var accepted [binomialChunk / 4]uint8
	attemptAVX2(&accepted[0], groups, &l.k[0], &l.ratio[0], &l.n[0], &l.p[0], &l.q[0], &l.u[0], &l.v[0])
	tested = l.tested[:0]
	for g, mask := range accepted[:groups] {
		for open := ^mask & 15; open != 0; open &= open - 1 {
			if i := 4*g + bits.TrailingZeros8(open); i < l.count {
				tested = append(tested, uint8(i))
			}
		}
	}
	return tested, true
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
