package nuts

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// Diag is a diagonal metric. Its inverse is a vector of length Dim, near the
// variances of the target's coordinates.
type Diag struct {
	inverse []float64 // M⁻¹
	scale   []float64 // standard deviations of the momentum, 1/√inverse
}

// NewDiag returns the unit metric of dimension dim.
func NewDiag(dim int) *Diag {
	m := &Diag{inverse: make([]float64, dim), scale: make([]float64, dim)}
	for i := range dim {
		m.inverse[i], m.scale[i] = 1, 1
	}
	return m
}

// Dim returns the dimension.
func (m *Diag) Dim() int { return len(m.inverse) }

// Inverse returns the diagonal of M⁻¹, [Dim]; read only.
func (m *Diag) Inverse() []float64 { return m.inverse }

// SetInverse sets the diagonal of M⁻¹. Each number must be positive and finite.
func (m *Diag) SetInverse(values []float64) error {
	if len(values) != m.Dim() {
		return fmt.Errorf("nuts: inverse metric has %d numbers, a diagonal one of dimension %d needs %d", len(values), m.Dim(), m.Dim())
	}
	for i, v := range values {
		if !(v > 0) || math.IsInf(v, 1) {
			return fmt.Errorf("nuts: inverse metric is %g at coordinate %d: it must be positive and finite", v, i)
		}
	}
	copy(m.inverse, values)
	for i, v := range values {
		m.scale[i] = 1 / math.Sqrt(v)
	}
	return nil
}

// Momentum implements Metric: P_i = normal / √(M⁻¹)_ii.
func (m *Diag) Momentum(z *Point, src *rng.Stream) float64 {
	return diagonalMomentum(z, m.inverse, m.scale, src)
}

// diagonalMomentum is Momentum of a diagonal metric.
func diagonalMomentum(z *Point, inverse, scales []float64, src *rng.Stream) float64 {
	var sum [2]float64
	for i, scale := range scales {
		p := float64(scale * src.Normal())
		v := inverse[i] * p
		z.P[i], z.V[i] = p, v
		sum[i%2] += float64(p * v)
	}
	return 0.5 * (sum[0] + sum[1])
}

// Advance implements Metric.
func (m *Diag) Advance(to, from *Point, step float64) {
	inverse := m.inverse
	n := len(inverse)
	q, p, grad := from.Q[:n], from.P[:n], from.Grad[:n]
	nextQ, nextP := to.Q[:n], to.P[:n]
	half := 0.5 * step
	for i, inv := range inverse {
		kicked := p[i] + float64(half*grad[i])
		nextP[i] = kicked
		nextQ[i] = q[i] + float64(step*float64(inv*kicked))
	}
}

// Settle implements Metric. Sums over the coordinates run in two lanes, the even
// and the odd ones: it hides half of the latency of an addition, and vector code
// that makes whole transitions (transition.Mover) gets the same bits.
func (m *Diag) Settle(to *Point, step float64) float64 {
	inverse := m.inverse
	n := len(inverse)
	p, v, grad := to.P[:n], to.V[:n], to.Grad[:n]
	half := 0.5 * step
	var even, odd float64
	i := 0
	for ; i+1 < n; i += 2 {
		kicked := p[i] + float64(half*grad[i])
		velocity := inverse[i] * kicked
		p[i], v[i] = kicked, velocity
		even += float64(kicked * velocity)
		kicked = p[i+1] + float64(half*grad[i+1])
		velocity = inverse[i+1] * kicked
		p[i+1], v[i+1] = kicked, velocity
		odd += float64(kicked * velocity)
	}
	if i < n {
		kicked := p[i] + float64(half*grad[i])
		velocity := inverse[i] * kicked
		p[i], v[i] = kicked, velocity
		even += float64(kicked * velocity)
	}
	return 0.5 * (even + odd)
}
