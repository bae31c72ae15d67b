package nuts

import "github.com/quatre-ppl/quatre/rng"

// Metric is a Euclidean kinetic energy ½ pᵀ M⁻¹ p: the distribution of momenta
// and the two halves of a leapfrog step that involve it. The inverse metric M⁻¹
// is best near the covariance of the target. One goroutine uses a value.
type Metric interface {
	// Dim returns the dimension of the position.
	Dim() int
	// SetInverse replaces M⁻¹, in the layout of Inverse. values is copied. The
	// error says which number is out of range; the metric is then unchanged.
	SetInverse(values []float64) error
	// Inverse returns M⁻¹, the metric's own memory: read only.
	Inverse() []float64
	// Momentum draws z.P from Normal(0, M), sets z.V = M⁻¹ P, and what else the metric
	// keeps with a point, and returns the kinetic energy. Q and Grad are known.
	Momentum(z *Point, src *rng.Stream) (kinetic float64)
	// Advance is the first half of a leapfrog step of length step from one point
	// to another: to.P = P + step/2 Grad, to.Q = Q + step M⁻¹ to.P.
	Advance(to, from *Point, step float64)
	// Settle is the second half, after Advance to the same point and with to.Grad
	// known: P += step/2 Grad, V = M⁻¹ P. It returns the kinetic energy ½ P·V.
	Settle(to *Point, step float64) (kinetic float64)
}
