package nuts

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// Rotation is a diagonal metric whose steps are exact where the target is normal
// with independent coordinates, of mean c and variance M⁻¹. With U the negative
// log density of that normal, a step of length ε is a kick by the gradient of
// log density + U, the motion under U for the time ε, which turns (q − c, M⁻¹ p)
// by the angle ε in units of the standard deviations, and the other half of the
// kick:
//
//	p½ = p + ε/2 (∇logDensity(q) + M (q − c))
//	q' = c + cos ε (q − c) + sin ε M⁻¹ p½
//	p½' = cos ε p½ − sin ε M (q − c)
//	p' = p½' + ε/2 (∇logDensity(q') + M (q' − c))
//
// (Shahbaba, Lan, Johnson & Neal 2014, split Hamiltonian Monte Carlo, section 4.)
// The map is volume preserving and its own inverse under ε → −ε, like a leapfrog
// step; its error comes from what is not normal alone, so steps may be far longer,
// up to a right angle, where a step forgets the position: see LongestRotation.
type Rotation struct {
	values  []float64 // M⁻¹, then c
	inverse []float64 // M⁻¹
	centre  []float64
	scale   []float64 // standard deviations of the momentum, 1/√inverse
	mass    []float64 // M
	turn    turn
}

// turn remembers cosine and sine of the last step.
type turn struct{ angle, cos, sin float64 } // of the step's length

// by returns cosine and sine of a step.
func (t *turn) by(step float64) (cos, sin float64) {
	if angle := math.Abs(step); angle != t.angle || t.cos == 0 {
		*t = turn{angle, elem.Cos(angle), elem.Sin(angle)}
	}
	return t.cos, math.Copysign(1, step) * t.sin
}

// LongestRotation is the longest step that makes sense, nearly a right angle. A
// right angle itself would let trajectories come back to where they were.
const LongestRotation = 1.5

// NewRotation returns the rotation about the origin with the unit metric.
func NewRotation(dim int) *Rotation {
	m := &Rotation{values: make([]float64, 2*dim), scale: make([]float64, dim), mass: make([]float64, dim)}
	m.inverse, m.centre = m.values[:dim:dim], m.values[dim:]
	for i := range dim {
		m.inverse[i], m.scale[i], m.mass[i] = 1, 1, 1
	}
	return m
}

// Dim returns the dimension.
func (m *Rotation) Dim() int { return len(m.inverse) }

// Inverse returns the diagonal of M⁻¹ and then c, [2·Dim]; read only.
func (m *Rotation) Inverse() []float64 { return m.values }

// SetInverse sets the diagonal of M⁻¹, whose numbers must be positive and finite,
// and c, whose numbers must be finite.
func (m *Rotation) SetInverse(values []float64) error {
	dim := m.Dim()
	if len(values) != 2*dim {
		return fmt.Errorf("nuts: inverse metric and centre have %d numbers, a rotation of dimension %d needs %d", len(values), dim, 2*dim)
	}
	for i, v := range values[:dim] {
		if !(v > 0) || math.IsInf(v, 1) {
			return fmt.Errorf("nuts: inverse metric is %g at coordinate %d: it must be positive and finite", v, i)
		}
	}
	if err := finiteCentre(values[dim:]); err != nil {
		return err
	}
	copy(m.values, values)
	for i, v := range m.inverse {
		m.scale[i], m.mass[i] = 1/math.Sqrt(v), 1/v
	}
	return nil
}

// Momentum implements Metric.
func (m *Rotation) Momentum(z *Point, src *rng.Stream) float64 {
	return diagonalMomentum(z, m.inverse, m.scale, src)
}

// Advance implements Metric.
func (m *Rotation) Advance(to, from *Point, step float64) {
	cos, sin := m.turn.by(step)
	half := 0.5 * step
	n := len(m.inverse)
	q, p, grad := from.Q[:n], from.P[:n], from.Grad[:n]
	nextQ, nextP := to.Q[:n], to.P[:n]
	centre, mass := m.centre[:n], m.mass[:n]
	for i, inv := range m.inverse {
		x := q[i] - centre[i]
		pull := float64(mass[i] * x)
		kicked := p[i] + float64(half*(grad[i]+pull))
		nextQ[i] = centre[i] + (float64(cos*x) + float64(sin*float64(inv*kicked)))
		nextP[i] = float64(cos*kicked) - float64(sin*pull)
	}
}

// Settle implements Metric.
func (m *Rotation) Settle(to *Point, step float64) float64 {
	half := 0.5 * step
	n := len(m.inverse)
	q, p, v, grad := to.Q[:n], to.P[:n], to.V[:n], to.Grad[:n]
	centre, mass := m.centre[:n], m.mass[:n]
	var sum [2]float64
	for i, inv := range m.inverse {
		kicked := p[i] + float64(half*(grad[i]+float64(mass[i]*(q[i]-centre[i]))))
		velocity := inv * kicked
		p[i], v[i] = kicked, velocity
		sum[i%2] += float64(kicked * velocity)
	}
	return 0.5 * (sum[0] + sum[1])
}
