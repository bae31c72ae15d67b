package samplers

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/nuts"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// movers is a problem whose chains make transitions by themselves after warmup, up
// to seven at once.
type movers struct {
	*problem
	seed  uint64
	calls map[int]*int // of Move, by chain; a chain's own once it is there
	fail  int          // the number of the call that fails, 0 for none
}

func newMovers(seed uint64, fail int) *movers {
	return &movers{withNoise(), seed, map[int]*int{0: new(int), 1: new(int)}, fail}
}

func (m *movers) Chain(id int) (ChainProblem, error) {
	c, err := m.problem.Chain(id)
	if err != nil {
		return nil, err
	}
	src := rng.NewKey(m.seed).Child("chain", uint64(id)).Child("transitions").Stream()
	return &moving{c.(*chainProblem), src, m.calls[id], m.fail}, nil
}

type moving struct {
	*chainProblem
	src   *rng.Stream
	calls *int
	fail  int
}

// Move implements transition.Mover by a sampler in Go.
func (m *moving) Move(r *transition.Request) bool {
	if r.Positions == nil { // warmup
		return false
	}
	if *m.calls++; *m.calls == m.fail {
		panic("lost")
	}
	if key, high := m.src.Words(); key != r.Key || high != r.High || r.Kind != transition.Diagonal {
		panic("another stream or metric")
	}
	m.src.Seek(r.Position)
	sampler, err := nuts.New(m.density, nuts.NewDiag(m.Dim()), nuts.Options{MaxDepth: r.MaxDepth, MaxEnergyError: r.MaxEnergyError})
	if err == nil {
		err = sampler.SetInverseMetric(r.Inverse)
	}
	if err != nil {
		panic(err)
	}
	sampler.SetStepSize(r.StepSize)
	state := &State{Q: r.Q, Grad: r.Grad, LogDensity: r.LogDensity}
	for r.Made = 0; r.Made < min(len(r.Outcomes), 7); r.Made++ {
		info, err := sampler.Step(m.src, state)
		if err != nil {
			panic(err)
		}
		r.Outcomes[r.Made] = transition.Outcome{LogDensity: state.LogDensity, Energy: info.Energy, Leapfrogs: info.Leapfrogs, Depth: info.Depth}
		copy(r.Positions[r.Made*m.Dim():], state.Q)
	}
	r.LogDensity, r.Position = state.LogDensity, m.src.Position()
	return true
}

// TestRun_BatchesHaveTheDrawsOfSingleTransitions, thinned or not, and when a fault
// sets a chain back to a checkpoint within them.
func TestRun_BatchesHaveTheDrawsOfSingleTransitions(t *testing.T) {
	const seed = 12
	for _, thin := range []int{1, 3} {
		o := quick(2, 200, 450)
		o.Metric, o.Thin = DiagMetric, thin
		want, _ := run(t, withNoise(), seed, o)
		for name, fail := range map[string]int{"": 0, "a fault in the 40th batch": 40} {
			p := newMovers(seed, fail)
			got, report := run(t, p, seed, o)
			for c := range 2 {
				if *p.calls[c] < 450/7 {
					t.Errorf("chain %d: %d batches for 450 draws", c, *p.calls[c])
				}
				if restarts := report.Chains[c].Restarts; restarts != min(fail, 1) {
					t.Errorf("chain %d: %d restarts", c, restarts)
				}
				if n := got.Sampling.Len(c); n != (450+thin-1)/thin {
					t.Errorf("chain %d has %d draws", c, n)
				}
				for row := range got.Sampling.Len(c) {
					g, stats := got.Sampling.Row(c, row)
					w, wantStats := want.Sampling.Row(c, row)
					check.CloseSlice(t, g, w, check.Exact, name, "thin", thin, "chain", c, "row", row)
					check.Close(t, stats[0], wantStats[0], check.Exact, name, "log density")
				}
			}
		}
	}
}
