package nuts

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
)

// LowRankRotation is Rotation with a metric of low rank: steps are exact where the
// target is normal with mean c and covariance M⁻¹. Each point keeps the pull of
// that normal, M (q − c), which turns along with the momentum,
//
//	M (q' − c) = cos ε M (q − c) + sin ε p½,
//
// and V turns along with q − c, so that a step multiplies no more than the gradient
// with the metric, like one of LowRank.
type LowRankRotation struct {
	LowRank
	values []float64 // M⁻¹ as LowRank writes it, then c
	centre []float64
	ease   []float64 // 1/E - 1
	turn   turn
}

// NewLowRankRotation returns the rotation about the origin with the unit metric.
func NewLowRankRotation(dim int) *LowRankRotation {
	m := &LowRankRotation{LowRank: *NewLowRank(dim), centre: make([]float64, dim)}
	m.values = append(append(m.values, m.inverse...), m.centre...)
	return m
}

// Inverse returns M⁻¹ as LowRank writes it and then c; read only.
func (m *LowRankRotation) Inverse() []float64 { return m.values }

// SetInverse sets M⁻¹, in the layout of LowRank, and c, whose numbers must be finite.
func (m *LowRankRotation) SetInverse(values []float64) error {
	dim := m.Dim()
	size := len(values) - dim
	if size < 0 {
		return fmt.Errorf("nuts: inverse metric and centre have %d numbers, a rotation of low rank and dimension %d needs %d and %d for each direction", len(values), dim, 2*dim, dim+1)
	}
	if err := finiteCentre(values[size:]); err != nil {
		return err
	}
	if err := m.LowRank.SetInverse(values[:size]); err != nil {
		return err
	}
	m.values = append(m.values[:0], values...)
	copy(m.centre, values[size:])
	m.ease = m.ease[:0]
	for _, e := range m.directions.values {
		m.ease = append(m.ease, 1/e-1)
	}
	return nil
}

// Momentum implements Metric.
func (m *LowRankRotation) Momentum(z *Point, src *rng.Stream) float64 {
	kinetic := m.LowRank.Momentum(z, src)
	m.attract(z)
	return kinetic
}

// attract sets z.Pull = M (Q − c).
func (m *LowRankRotation) attract(z *Point) {
	for i, s := range m.scale {
		z.Pull[i] = (z.Q[i] - m.centre[i]) / s
	}
	m.project(z.Pull)
	m.spread(z.Pull, m.ease)
	for i, s := range m.scale {
		z.Pull[i] /= s
	}
}

// Advance implements Metric.
func (m *LowRankRotation) Advance(to, from *Point, step float64) {
	cos, sin := m.turn.by(step)
	half := 0.5 * step
	n := m.Dim()
	q, p, v, grad, gradV, pull := from.Q[:n], from.P[:n], from.V[:n], from.Grad[:n], from.GradV[:n], from.Pull[:n]
	nextQ, nextP, nextV, nextPull := to.Q[:n], to.P[:n], to.V[:n], to.Pull[:n]
	for i, c := range m.centre[:n] {
		x := q[i] - c
		kicked, velocity := p[i]+float64(half*(grad[i]+pull[i])), v[i]+float64(half*(gradV[i]+x))
		nextQ[i] = c + (float64(cos*x) + float64(sin*velocity))
		nextV[i] = float64(cos*velocity) - float64(sin*x)
		nextP[i] = float64(cos*kicked) - float64(sin*pull[i])
		nextPull[i] = float64(cos*pull[i]) + float64(sin*kicked)
	}
}

// Settle implements Metric; to.V and to.Pull are what Advance has left there.
func (m *LowRankRotation) Settle(to *Point, step float64) float64 {
	m.multiply(to.GradV, to.Grad)
	half := 0.5 * step
	n := m.Dim()
	q, p, v, grad, gradV, pull := to.Q[:n], to.P[:n], to.V[:n], to.Grad[:n], to.GradV[:n], to.Pull[:n]
	var sum [2]float64
	for i, c := range m.centre[:n] {
		kicked := p[i] + float64(half*(grad[i]+pull[i]))
		velocity := v[i] + float64(half*(gradV[i]+(q[i]-c)))
		p[i], v[i] = kicked, velocity
		sum[i%2] += float64(kicked * velocity)
	}
	return 0.5 * (sum[0] + sum[1])
}

// finiteCentre tells which number of a centre of rotation is not finite.
func finiteCentre(centre []float64) error {
	for i, v := range centre {
		if !(math.Abs(v) <= math.MaxFloat64) {
			return fmt.Errorf("nuts: the centre of rotation is %g at coordinate %d: it must be finite", v, i)
		}
	}
	return nil
}
