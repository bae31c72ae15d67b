package nuts

import "github.com/quatre-ppl/quatre/samplers/transition"

// Integrator makes the steps of a trajectory where single leapfrog steps will not
// do. The sampler keeps its target invariant and is reversible if a step preserves
// volume wherever it arrives, depends on its arguments alone, and is undone by the
// step of opposite sign from where it arrived. A step that could not be undone must
// be told as OneWay. One goroutine uses a value.
type Integrator interface {
	// Integrate moves over the signed time step from one point to another, of which
	// it sets every field if it arrives.
	Integrate(target transition.LogDensity, metric Metric, to, from *Point, step float64) (Passage, error)
}

// Passage is what came of a step of an Integrator.
type Passage struct {
	End       End
	Leapfrogs int // gradients evaluated, 1 at least
	// Drop is the drop of the energy that a single leapfrog step over the whole time
	// would have made, -Inf where that leaves the support. The acceptance statistics
	// come from it, since it tells whether the time is right.
	Drop float64
}

// End tells how a step of an Integrator ended. In all cases but Arrived the
// trajectory ends.
type End uint8

// The ends of a step.
const (
	Arrived  End = iota
	OneWay       // the step of opposite sign would not lead back
	Unstable     // no way keeps the energy within bounds: a divergence
)

// stride is leaf with the Integrator's step; one leapfrog has been counted.
func (s *Sampler) stride(z, from *Point) (*Point, outcome) {
	p, err := s.integrator.Integrate(s.target, s.metric, z, from, s.step)
	if p.Leapfrogs > 1 {
		s.leapfrogs += p.Leapfrogs - 1
		s.repeated += p.Leapfrogs - 1
	}
	if err != nil {
		s.fault = err
		return nil, failed
	}
	s.weigh(p.Drop)
	switch p.End {
	case OneWay:
		return nil, oneWay
	case Unstable:
		return nil, diverging
	}
	w, _ := newWeight(s.startEnergy - z.Energy)
	s.choice.offer(s, z, w)
	return z, complete
}
