package samplertest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// metropolis is a random walk: the simplest kernel that must pass.
type metropolis struct {
	target transition.LogDensity
	scale  float64
}

func (m *metropolis) Init(s *transition.State, q []float64) error {
	if len(q) != m.target.Dim() {
		return fmt.Errorf("dimension %d, want %d", len(q), m.target.Dim())
	}
	next := transition.State{Q: slices.Clone(q), Grad: make([]float64, len(q))}
	logDensity, err := m.target.LogDensityGrad(next.Grad, next.Q)
	next.LogDensity = logDensity
	*s = next
	return err
}

func (m *metropolis) Step(src *rng.Stream, s *transition.State) (transition.Info, error) {
	// Twenty proposals to a transition, so that it moves far enough.
	const proposals = 20
	now := transition.NewState(len(s.Q))
	now.CopyFrom(s)
	next := transition.NewState(len(s.Q))
	info := transition.Info{Leapfrogs: proposals}
	for range proposals {
		for i, x := range now.Q {
			next.Q[i] = x + float64(m.scale*src.Normal())
		}
		var err error
		if next.LogDensity, err = m.target.LogDensityGrad(next.Grad, next.Q); err != nil {
			return transition.Info{}, err
		}
		accept := min(1, elem.Exp(next.LogDensity-now.LogDensity))
		info.AcceptStat += accept / (proposals * (1 + 1e-15))
		if src.Float64() < accept {
			now, next = next, now
		}
	}
	s.CopyFrom(now)
	info.Energy = -s.LogDensity
	return info, nil
}

func TestRun_PassesMetropolis(t *testing.T) {
	Run(t, Case{
		New: func(_ *testing.T, target transition.LogDensity) transition.Kernel {
			return &metropolis{target, 0.6}
		},
		Seed:       71,
		Reversible: true,
		Jump:       0.05,
	})
}
