package nuts

import (
	"math"

	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Leapfrog makes one step of the integrator, of signed length step, from one
// point to another:
//
//	p½ = p + step/2 ∇logDensity(q)
//	q' = q + step M⁻¹ p½
//	p' = p½ + step/2 ∇logDensity(q')
//
// It sets every field of to. Where the log density is not finite, or +Inf, to
// has the energy +Inf and nothing else in it is of use. The map is volume
// preserving and its own inverse under step → -step; its energy error is of
// order step² (Betancourt 2017, section 5.2).
func Leapfrog(target transition.LogDensity, metric Metric, to, from *Point, step float64) error {
	metric.Advance(to, from, step)
	logDensity, err := target.LogDensityGrad(to.Grad, to.Q)
	if err != nil {
		return err
	}
	kinetic := metric.Settle(to, step)
	to.LogDensity = logDensity
	to.Energy = energy(kinetic, logDensity)
	return nil
}

// energy returns kinetic - logDensity, or +Inf where that is no finite number:
// a point of zero or undefined density is infinitely high up. A density of +Inf
// is no density, and a trajectory that met it cannot be weighed.
func energy(kinetic, logDensity float64) float64 {
	h := kinetic - logDensity
	if math.Abs(h) <= math.MaxFloat64 {
		return h
	}
	return math.Inf(1)
}
