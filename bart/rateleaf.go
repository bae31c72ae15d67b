package bart

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// rateLeaf is a leaf of trees that multiply: the precision of row i is Π_j φ_j(x_i), and each
// φ of a leaf has the prior Gamma(shape, shape), mean 1. With half the squared residual
// times the other trees' factors, u, summed over the leaf's n rows to U, the marginal likelihood
// apart from what no tree changes is
//
//	shape^shape Γ(shape + n/2) / (Γ(shape) (shape + U)^(shape + n/2))
//
// and φ given the rows is Gamma(shape + n/2, shape + U) (Pratola et al. 2020, section 3).
// The residual of its ensemble is u with the factors of all trees.
type rateLeaf struct{ shape float64 }

func (*rateLeaf) stats() int { return 1 }

func (*rateLeaf) values() int { return 1 }

func (l *rateLeaf) marginal(stats []float64, count int32) (q, exponent float64) {
	a := l.shape + float64(0.5*float64(count))
	return 1, float64(l.shape*elem.Log(l.shape)) - elem.Lgamma(l.shape) + elem.Lgamma(a) - float64(a*elem.Log(l.shape+max(stats[0], 0)))
}

func (l *rateLeaf) draw(values []float32, src *rng.Stream, stats []float64, count int32) {
	// A sum that was taken as a difference may be rounded below zero.
	phi := rng.Gamma(src, l.shape+float64(0.5*float64(count)), l.shape+max(stats[0], 0))
	values[0] = float32(max(phi, leastRate))
}

// leastRate keeps factors away from zero, which could not be divided out again.
const leastRate = 1e-30

// remove gives the factors that put a tree's values into u.
func (*rateLeaf) remove(dst, values []float32) { copy(dst, values) }

// fuse puts the factors of the tree before into u, takes those of this tree out, and sums.
func (*rateLeaf) fuse(e *ensemble, prev []byte, removal []float32, rows []byte, add []float32, leaves, _ int, queries []int32) {
	u := e.resid
	if add != nil {
		for i := range u {
			u[i] /= add[rows[i]]
		}
		if prev != nil {
			for i := range u {
				u[i] *= removal[prev[i]]
			}
		}
	}
	sums := e.sums[:leaves+len(queries)/2]
	clear(sums)
	if leaves > 0 {
		for i, leaf := range rows {
			sums[leaf] += float64(u[i])
		}
	}
	for q := range len(queries) / 2 {
		leaf, cut, count := byte(queries[2*q]), byte(queries[2*q+1]), int32(0)
		for i, x := range e.columns[q][:len(rows)] {
			if rows[i] == leaf && x <= cut {
				sums[leaves+q] += float64(u[i])
				count++
			}
		}
		e.counts[q] = count
	}
}

// settle puts the last tree's factors into u.
func (*rateLeaf) settle(e *ensemble, rows []byte, removal []float32) float64 {
	for i := range e.resid {
		e.resid[i] *= removal[rows[i]]
	}
	return 0
}
