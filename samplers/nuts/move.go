package nuts

import (
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Steps makes several transitions in a row, the same as Step, where the target can
// make them by itself in one call. It writes what Step returns to infos, at most as
// many as that has room for, the draws to positions, [len(infos) × Dim], and their
// log densities to logDensity, and returns how many there are: 0 if the target
// cannot, or not yet.
func (s *Sampler) Steps(src *rng.Stream, state *transition.State, infos []transition.Info, logDensity, positions []float64) (int, error) {
	if s.mover == nil {
		return 0, nil
	}
	for len(s.outcomes) < len(infos) {
		s.outcomes = append(s.outcomes, transition.Outcome{})
	}
	made, err := s.move(src, state, s.outcomes[:len(infos)], positions)
	for i := range made {
		o := &s.outcomes[i]
		infos[i], logDensity[i] = s.infoOf(o), o.LogDensity
	}
	return made, err
}

// move has the target make transitions, if it can, and returns how many.
func (s *Sampler) move(src *rng.Stream, state *transition.State, outcomes []transition.Outcome, positions []float64) (made int, err error) {
	r := &s.request
	r.Q, r.Grad, r.LogDensity = state.Q, state.Grad, state.LogDensity
	r.StepSize, r.MaxDepth, r.MaxEnergyError = s.stepSize, s.maxDepth, s.maxEnergyError
	r.Key, r.High = src.Words()
	r.Position, r.Outcomes, r.Positions = src.Position(), outcomes, positions
	switch m := s.metric.(type) {
	case *Diag:
		r.Kind, r.Inverse, r.Scale = transition.Diagonal, m.inverse, m.scale
	case *Rotation:
		r.Kind, r.Inverse, r.Scale, r.Centre = transition.Rotation, m.inverse, m.scale, m.centre
		r.Cos, r.Sin = m.turn.by(s.stepSize)
	case *LowRank:
		r.Kind, r.Scale = transition.LowRank, m.scale
		r.Directions, r.Stretch, r.Grow, r.Shrink = m.u, m.stretch, m.grow, m.shrink
	case *LowRankRotation:
		r.Kind, r.Scale, r.Centre = transition.LowRankRotation, m.scale, m.centre
		r.Directions, r.Stretch, r.Grow, r.Shrink, r.Ease = m.u, m.stretch, m.grow, m.shrink, m.ease
		r.Cos, r.Sin = m.turn.by(s.stepSize)
	}
	if !s.mover.Move(r) {
		return 0, nil
	}
	src.Seek(r.Position)
	if r.OutOfRange {
		return 0, outside(state.LogDensity)
	}
	state.LogDensity = r.LogDensity
	return r.Made, nil
}

func (s *Sampler) infoOf(o *transition.Outcome) transition.Info {
	return transition.Info{
		StepSize:      s.stepSize,
		AcceptStat:    o.AcceptSum / float64(o.Leapfrogs),
		SymmetricStat: o.SymmetricSum / float64(o.Leapfrogs),
		Energy:        o.Energy,
		Depth:         o.Depth,
		Leapfrogs:     o.Leapfrogs,
		Saturated:     o.Depth == s.maxDepth,
		Divergent:     o.Divergent,
	}
}
