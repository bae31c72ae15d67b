package nuts

import (
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// move has the target make the whole transition, if it can: done tells.
func (s *Sampler) move(src *rng.Stream, state *transition.State) (info transition.Info, done bool, err error) {
	r := &s.request
	*r = transition.Request{
		Q: state.Q, Grad: state.Grad, LogDensity: state.LogDensity,
		StepSize: s.stepSize, MaxDepth: s.maxDepth, MaxEnergyError: s.maxEnergyError,
		Position: src.Position(),
	}
	r.Key, r.High = src.Words()
	switch m := s.metric.(type) {
	case *Diag:
		r.Inverse, r.Scale = m.inverse, m.scale
	case *Rotation:
		r.Inverse, r.Scale, r.Centre = m.inverse, m.scale, m.centre
		r.Cos, r.Sin = m.turn(s.stepSize)
	}
	if !s.mover.Move(r) {
		return transition.Info{}, false, nil
	}
	src.Seek(r.Position)
	if r.OutOfRange {
		return transition.Info{}, true, outside(state.LogDensity)
	}
	state.LogDensity = r.LogDensity
	return transition.Info{
		StepSize:      s.stepSize,
		AcceptStat:    r.AcceptSum / float64(r.Leapfrogs),
		SymmetricStat: r.SymmetricSum / float64(r.Leapfrogs),
		Energy:        r.Energy,
		Depth:         r.Depth,
		Leapfrogs:     r.Leapfrogs,
		Saturated:     r.Depth == s.maxDepth,
		Divergent:     r.Divergent,
	}, true, nil
}
