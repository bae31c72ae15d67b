package rng

import "github.com/quatre-ppl/quatre/internal/simd"

// invertAVX2 does the searches of smallMeans.invert for 8·groups counts.
//
//go:noescape
func invertAVX2(k, u, p, rest, odds, last *float64, groups int, reciprocals *float64)

// invertAll does the searches of the whole chunk where there are vector
// instructions, and returns how many it did.
func (m *smallMeans) invertAll() int {
	if m.count == 0 || !simd.AVX2() {
		return 0
	}
	groups := (m.count + 7) / 8
	for i := m.count; i < 8*groups; i++ {
		m.u[i], m.p[i], m.rest[i], m.odds[i], m.last[i] = 0, 1, 0, 0, 0 // a search that ends at once
	}
	invertAVX2(&m.k[0], &m.u[0], &m.p[0], &m.rest[0], &m.odds[0], &m.last[0], groups, &reciprocals[0])
	return m.count
}
