package bart

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// poissonLeaf is a leaf of trees whose factors multiply to the mean of a Poisson count: y_i has
// the mean b_i·Π_j φ_j(x_i), b the counts' overall mean times the row's exposure, and each φ of a
// leaf has the prior Gamma(shape, shape), mean 1. With Y the sum of the counts of a leaf's rows and
// U the sum of b times the other trees' factors, the marginal likelihood, apart from what no tree
// changes, is
//
//	shape^shape Γ(shape + Y) / (Γ(shape) (shape + U)^(shape + Y))
//
// and φ given the rows is Gamma(shape + Y, shape + U) (Murray 2021, section 3, with the gamma
// law as the special case of his prior that is conjugate alone). So no latent variable is
// needed. Leaves hold log φ. The residual of the ensemble is b with the factors of all
// trees.
type poissonLeaf struct {
	y      []float64
	shape  float64
	prior  float64 // shape·log shape − log Γ(shape)
	factor []float32
}

func newPoissonLeaf(y []float64, scale2 float64) *poissonLeaf {
	// The variance of log φ is about 1/shape.
	l := &poissonLeaf{y: y, shape: 1 / scale2, factor: make([]float32, maxLeaves)}
	l.prior = float64(l.shape*elem.Log(l.shape)) - elem.Lgamma(l.shape)
	return l
}

// stats are Y and U.
func (*poissonLeaf) stats() int { return 2 }

func (*poissonLeaf) values() int { return 1 }

// both returns Y and U; one that was taken as a difference may be rounded below zero.
func both(stats []float64) (y, u float64) { return max(stats[0], 0), max(stats[1], 0) }

func (l *poissonLeaf) marginal(stats []float64, _ int32) (q, exponent float64) {
	y, u := both(stats)
	return 1, l.prior + elem.Lgamma(l.shape+y) - float64((l.shape+y)*elem.Log(l.shape+u))
}

func (l *poissonLeaf) draw(values []float32, src *rng.Stream, stats []float64, _ int32) {
	y, u := both(stats)
	// A logarithm of 60 would let the product of two trees leave float32.
	values[0] = float32(min(max(logGamma(src, l.shape+y)-elem.Log(l.shape+u), -60), 60))
}

// remove gives the factors that put a tree's values into the residual.
func (*poissonLeaf) remove(dst, values []float32) {
	for i, v := range values {
		dst[i] = float32(elem.Exp(float64(v)))
	}
}

// fuse puts the factors of the tree before into the residual, takes those of this tree out,
// and sums.
func (l *poissonLeaf) fuse(e *ensemble, prev []byte, removal []float32, rows []byte, add []float32, leaves, _ int, queries []int32) {
	if add != nil {
		for k, v := range add {
			l.factor[k] = float32(elem.Exp(-float64(v)))
		}
		for i, leaf := range rows {
			u := e.resid[i]
			if prev != nil {
				u *= removal[prev[i]]
			}
			e.resid[i] = u * l.factor[leaf]
		}
	}
	sums := e.sums[:2*(leaves+len(queries)/2)]
	clear(sums)
	if leaves > 0 {
		for i, leaf := range rows {
			sums[2*int(leaf)] += l.y[i]
			sums[2*int(leaf)+1] += float64(e.resid[i])
		}
	}
	for q := range len(queries) / 2 {
		leaf, cut, count := byte(queries[2*q]), byte(queries[2*q+1]), int32(0)
		sum := sums[2*(leaves+q):]
		for i, x := range e.columns[q][:len(rows)] {
			if rows[i] == leaf && x <= cut {
				sum[0] += l.y[i]
				sum[1] += float64(e.resid[i])
				count++
			}
		}
		e.counts[q] = count
	}
}

// settle puts the last tree's factors into the residual.
func (*poissonLeaf) settle(e *ensemble, rows []byte, removal []float32) float64 {
	for i, leaf := range rows {
		e.resid[i] *= removal[leaf]
	}
	return 0
}

// poisson has no unknowns beside the trees.
type poisson struct{}

func (poisson) start(c *chain) { c.noise2 = 1 }

func (poisson) update(c *chain, _ float64) { c.noise2 = 1 }

func (poisson) aux(dst []float64) []float64 { return dst }

func (poisson) restore([]float64) {}
