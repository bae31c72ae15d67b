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
// diagonal with their eigenvalues. A leapfrog step costs about 4 Dim k operations
// more than one with a diagonal metric: each point keeps the velocity of its
// gradient, M⁻¹ ∇logDensity, by which both halves of a step change V, so that only
// the gradient of a new point is multiplied with the metric.
//
// Its inverse is written as Dim variances S², followed by k times an eigenvalue
// and the Dim numbers of its direction.
type LowRank struct {
	inverse []float64 // as written
	scale   []float64 // S, [Dim]
	directions
}

// NewLowRank returns the unit metric of dimension dim.
func NewLowRank(dim int) *LowRank {
	m := &LowRank{inverse: make([]float64, dim), scale: make([]float64, dim)}
	for i := range dim {
		m.inverse[i], m.scale[i] = 1, 1
	}
	return m
}

// Dim returns the dimension.
func (m *LowRank) Dim() int { return len(m.scale) }

// Rank returns the number of directions.
func (m *LowRank) Rank() int { return len(m.values) }

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
	for i, v := range values[:dim] {
		m.scale[i] = math.Sqrt(v)
	}
	m.directions.set(values[dim:], dim)
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
// normal, so that its covariance is M, and V = S (I + U (E^½ − I) Uᵀ) n.
func (m *LowRank) Momentum(z *Point, src *rng.Stream) float64 {
	for i := range z.P {
		z.P[i] = src.Normal()
	}
	copy(z.V, z.P)
	m.project(z.P)
	m.spread(z.P, m.shrink)
	m.spread(z.V, m.grow)
	for i, s := range m.scale {
		z.P[i] /= s
		z.V[i] *= s
	}
	m.multiply(z.GradV, z.Grad)
	return 0.5 * dot(z.P, z.V)
}

// Advance implements Metric.
func (m *LowRank) Advance(to, from *Point, step float64) {
	half := 0.5 * step
	n := m.Dim()
	q, p, v, grad, gradV := from.Q[:n], from.P[:n], from.V[:n], from.Grad[:n], from.GradV[:n]
	nextQ, nextP, nextV := to.Q[:n], to.P[:n], to.V[:n]
	for i := range n {
		nextP[i] = p[i] + float64(half*grad[i])
		velocity := v[i] + float64(half*gradV[i])
		nextV[i] = velocity
		nextQ[i] = q[i] + float64(step*velocity)
	}
}

// Settle implements Metric; to.V is what Advance has left there.
func (m *LowRank) Settle(to *Point, step float64) float64 {
	m.multiply(to.GradV, to.Grad)
	half := 0.5 * step
	n := m.Dim()
	p, v, grad, gradV := to.P[:n], to.V[:n], to.Grad[:n], to.GradV[:n]
	var sum [2]float64
	for i := range n {
		kicked, velocity := p[i]+float64(half*grad[i]), v[i]+float64(half*gradV[i])
		p[i], v[i] = kicked, velocity
		sum[i%2] += float64(kicked * velocity)
	}
	return 0.5 * (sum[0] + sum[1])
}

// multiply sets v = M⁻¹ p.
func (m *LowRank) multiply(v, p []float64) {
	for i, s := range m.scale {
		v[i] = s * p[i]
	}
	m.project(v)
	m.spread(v, m.stretch)
	for i, s := range m.scale {
		v[i] *= s
	}
}
