package nuts

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// LowRank is a diagonal metric that is corrected in a few directions:
//
//	M⁻¹ = S (I + U (E − I) Uᵀ) S,
//
// S diagonal with the square roots of variances, U with k orthonormal columns, E
// diagonal with their eigenvalues. A leapfrog step costs about 8 Dim k
// operations more than one with a diagonal metric.
//
// Its inverse is written as Dim variances S², followed by k times an eigenvalue
// and the Dim numbers of its direction.
type LowRank struct {
	inverse []float64 // as written
	scale   []float64 // S, [Dim]
	stretch []float64 // of each direction: eigenvalue - 1
	shrink  []float64 // of each direction: 1/√eigenvalue - 1
	u       []float64 // [k × Dim] directions one after another
	work    []float64 // scratch, [Dim]
}

// NewLowRank returns the unit metric of dimension dim.
func NewLowRank(dim int) *LowRank {
	m := &LowRank{inverse: make([]float64, dim), scale: make([]float64, dim), work: make([]float64, dim)}
	for i := range dim {
		m.inverse[i], m.scale[i] = 1, 1
	}
	return m
}

// Dim returns the dimension.
func (m *LowRank) Dim() int { return len(m.scale) }

// Rank returns the number of directions.
func (m *LowRank) Rank() int { return len(m.stretch) }

// Inverse returns M⁻¹ as written; read only.
func (m *LowRank) Inverse() []float64 { return m.inverse }

// SetInverse sets M⁻¹. Variances and eigenvalues must be positive and finite; the
// directions are taken to be orthonormal.
func (m *LowRank) SetInverse(values []float64) error {
	dim := m.Dim()
	if len(values) < dim || (len(values)-dim)%(dim+1) != 0 {
		return fmt.Errorf("nuts: inverse metric has %d numbers, one of low rank and dimension %d needs %d and %d for each direction", len(values), dim, dim, dim+1)
	}
	for i, v := range values[:dim] {
		if !(v > 0) || math.IsInf(v, 1) {
			return fmt.Errorf("nuts: inverse metric is %g at coordinate %d: it must be positive and finite", v, i)
		}
	}
	for at := dim; at < len(values); at += dim + 1 {
		if e := values[at]; !(e > 0) || math.IsInf(e, 1) {
			return fmt.Errorf("nuts: inverse metric has the eigenvalue %g: it must be positive and finite", e)
		}
	}
	m.inverse = append(m.inverse[:0], values...)
	m.stretch, m.shrink, m.u = m.stretch[:0], m.shrink[:0], m.u[:0]
	for i, v := range values[:dim] {
		m.scale[i] = math.Sqrt(v)
	}
	for at := dim; at < len(values); at += dim + 1 {
		m.stretch = append(m.stretch, values[at]-1)
		m.shrink = append(m.shrink, 1/math.Sqrt(values[at])-1)
		m.u = append(m.u, values[at+1:at+1+dim]...)
	}
	return nil
}

// LowRankVariances returns the diagonal of an inverse metric of low rank and
// dimension dim, as written, and its number of directions.
func LowRankVariances(inverse []float64, dim int) (variances []float64, directions int) {
	variances = append(variances, inverse[:dim]...)
	for at := dim; at < len(inverse); at += dim + 1 {
		for i, u := range inverse[at+1 : at+1+dim] {
			variances[i] += float64(float64(inverse[i]*(inverse[at]-1)) * float64(u*u))
		}
		directions++
	}
	return variances, directions
}

// Momentum implements Metric: P = S⁻¹ (I + U (E^-½ − I) Uᵀ) n with n standard
// normal, so that its covariance is M.
func (m *LowRank) Momentum(z *Point, src *rng.Stream) float64 {
	for i := range m.work {
		m.work[i] = src.Normal()
	}
	m.correct(m.work, m.shrink)
	for i, s := range m.scale {
		z.P[i] = m.work[i] / s
	}
	m.velocity(z.V, z.P)
	return 0.5 * dot(z.P, z.V)
}

// Advance implements Metric. It uses to.V as scratch.
func (m *LowRank) Advance(to, from *Point, step float64) {
	half := 0.5 * step
	for i, g := range from.Grad {
		to.P[i] = from.P[i] + float64(half*g)
	}
	m.velocity(to.V, to.P)
	for i, v := range to.V {
		to.Q[i] = from.Q[i] + float64(step*v)
	}
}

// Settle implements Metric.
func (m *LowRank) Settle(to *Point, step float64) float64 {
	half := 0.5 * step
	for i, g := range to.Grad {
		to.P[i] += float64(half * g)
	}
	m.velocity(to.V, to.P)
	return 0.5 * dot(to.P, to.V)
}

// velocity sets v = M⁻¹ p.
func (m *LowRank) velocity(v, p []float64) {
	for i, s := range m.scale {
		v[i] = s * p[i]
	}
	m.correct(v, m.stretch)
	for i, s := range m.scale {
		v[i] *= s
	}
}

// correct adds U diag(by) Uᵀ x to x. The directions are orthonormal, so that the
// part of x along one is not changed by the others.
func (m *LowRank) correct(x, by []float64) {
	dim := len(x)
	for k, factor := range by {
		u := m.u[k*dim : (k+1)*dim]
		along := float64(factor * dot(u, x))
		for i, ui := range u {
			x[i] += float64(along * ui)
		}
	}
}
