package nuts

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// newSampler returns a sampler that must be valid.
func newSampler(t testing.TB, target transition.LogDensity, metric Metric, step float64, o Options) *Sampler {
	t.Helper()
	s, err := New(target, metric, o)
	if err != nil {
		t.Fatal(err)
	}
	s.SetStepSize(step)
	return s
}

// skewed returns an inverse metric far from any target's covariance: an
// invariant kernel must bear every metric.
func skewed(dim int) (diagonal, full []float64) {
	diagonal, full = make([]float64, dim), make([]float64, dim*dim)
	for i := range dim {
		diagonal[i] = 0.5 + float64(i)
		for j := range dim {
			full[i*dim+j] = 0.3
		}
		full[i*dim+i] = diagonal[i]
	}
	return diagonal, full
}

func TestSampler_Conforms(t *testing.T) {
	kernels := map[string]func(t *testing.T, target transition.LogDensity) *Sampler{
		"unit metric": func(t *testing.T, target transition.LogDensity) *Sampler {
			return newSampler(t, target, NewDiag(target.Dim()), 0.5, Options{})
		},
		"diagonal metric, long steps": func(t *testing.T, target transition.LogDensity) *Sampler {
			s := newSampler(t, target, NewDiag(target.Dim()), 0.7, Options{})
			diagonal, _ := skewed(target.Dim())
			if err := s.SetInverseMetric(diagonal); err != nil {
				t.Fatal(err)
			}
			return s
		},
		"dense metric": func(t *testing.T, target transition.LogDensity) *Sampler {
			s := newSampler(t, target, NewDense(target.Dim()), 0.4, Options{})
			_, full := skewed(target.Dim())
			if err := s.SetInverseMetric(full); err != nil {
				t.Fatal(err)
			}
			return s
		},
		"saturated trees": func(t *testing.T, target transition.LogDensity) *Sampler {
			return newSampler(t, target, NewDiag(target.Dim()), 0.3, Options{MaxDepth: 2})
		},
	}
	seed := uint64(100)
	for name, make := range kernels {
		t.Run(name, func(t *testing.T) {
			samplertest.Run(t, samplertest.Case{
				New:        func(t *testing.T, target transition.LogDensity) transition.Kernel { return make(t, target) },
				Seed:       seed,
				Reversible: true,
				Jump:       0.02, // of the widest coordinate when trees are cut short
			})
		})
	}
}

func TestLeapfrog_IsSymplectic(t *testing.T) {
	move := func(metric Metric) samplertest.Integrator {
		return func(target transition.LogDensity, q, p []float64, step float64, n int) float64 {
			m := newMemory(target.Dim())
			from, to := m.point(), m.point()
			copy(from.Q, q)
			copy(from.P, p)
			logDensity, err := target.LogDensityGrad(from.Grad, from.Q)
			if err != nil {
				t.Fatal(err)
			}
			// A step of length 0 sets velocity and energy.
			from.Energy = energy(metric.Settle(from, 0), logDensity)
			for range n {
				if err := Leapfrog(target, metric, to, from, step); err != nil {
					t.Fatal(err)
				}
				from, to = to, from
			}
			copy(q, from.Q)
			copy(p, from.P)
			return from.Energy
		}
	}
	for name, dense := range map[string]bool{"diagonal": false, "dense": true} {
		t.Run(name, func(t *testing.T) {
			samplertest.RunIntegrator(t, 2, func(target transition.LogDensity, q, p []float64, step float64, n int) float64 {
				diagonal, full := skewed(target.Dim())
				var metric Metric = NewDiag(target.Dim())
				values := diagonal
				if dense {
					metric, values = NewDense(target.Dim()), full
				}
				if err := metric.SetInverse(values); err != nil {
					t.Fatal(err)
				}
				return move(metric)(target, q, p, step, n)
			})
		})
	}
}

func TestStep_DoesNotAllocate(t *testing.T) {
	const dim = 10
	for name, metric := range map[string]Metric{"diagonal": NewDiag(dim), "dense": NewDense(dim)} {
		s := newSampler(t, newNormal(dim), metric, 0.05, Options{})
		src := rng.NewKey(5).Stream()
		state := transition.NewState(dim)
		if err := s.Init(state, make([]float64, dim)); err != nil {
			t.Fatal(err)
		}
		step := func() {
			if _, err := s.Step(src, state); err != nil {
				t.Fatal(err)
			}
		}
		for range 20 {
			step()
		}
		if allocs := testing.AllocsPerRun(100, step); allocs != 0 {
			t.Errorf("%s metric: %g allocations per draw, want 0", name, allocs)
		}
		probe := func() {
			if _, _, err := s.TryStep(src, state, 0.1); err != nil {
				t.Fatal(err)
			}
		}
		if allocs := testing.AllocsPerRun(100, probe); allocs != 0 {
			t.Errorf("%s metric: %g allocations per probe, want 0", name, allocs)
		}
		if points, most := len(s.memory.points), 3*(DefaultMaxDepth+1); points > most {
			t.Errorf("%s metric: %d points in the pool, want at most %d", name, points, most)
		}
	}
}

func TestStep_GivesPointsBack(t *testing.T) {
	s := newSampler(t, newNormal(3), NewDiag(3), 0.1, Options{})
	src := rng.NewKey(6).Stream()
	state := transition.NewState(3)
	if err := s.Init(state, make([]float64, 3)); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		info, err := s.Step(src, state)
		if err != nil {
			t.Fatal(err)
		}
		held := 0
		for _, z := range s.memory.points {
			held += z.holders
		}
		// A trajectory that ends as a whole holds its two ends and the draw;
		// one that ends within a subtree leaves that subtree's points too.
		ends := s.trajectory.begin.holders > 0 && s.trajectory.end.holders > 0
		if !ends || held < 3 || held > 3+3*(info.Depth+1) {
			t.Fatalf("draw %d of depth %d: %d holders left, ends held %v", i, info.Depth, held, ends)
		}
	}
}

func TestStep_Saturates(t *testing.T) {
	s := newSampler(t, newNormal(2), NewDiag(2), 1e-3, Options{MaxDepth: 3})
	state := transition.NewState(2)
	if err := s.Init(state, []float64{1, 1}); err != nil {
		t.Fatal(err)
	}
	info, err := s.Step(rng.NewKey(7).Stream(), state)
	if err != nil || !info.Saturated || info.Depth != 3 || info.Leapfrogs != 7 || info.Divergent {
		t.Errorf("info %+v, error %v, want a saturated tree of depth 3 with 7 leapfrogs", info, err)
	}
}

// TestStep_UnstableStepsDiverge has a step beyond the stability limit 2 of a
// unit normal: the energy error grows without bound.
func TestStep_UnstableStepsDiverge(t *testing.T) {
	s := newSampler(t, newNormal(2), NewDiag(2), 1e3, Options{})
	state := transition.NewState(2)
	if err := s.Init(state, []float64{1, 1}); err != nil {
		t.Fatal(err)
	}
	info, err := s.Step(rng.NewKey(8).Stream(), state)
	if err != nil || !info.Divergent || info.Recovered || info.Depth != 0 || info.Leapfrogs != 1 || info.AcceptStat != 0 {
		t.Errorf("info %+v, error %v, want a divergence at the first leapfrog", info, err)
	}
	check.CloseSlice(t, state.Q, []float64{1, 1}, check.Exact, "position after a divergence at the first step")
}

// constant has the same value everywhere, whatever that is.
type constant float64

func (c constant) Dim() int { return 1 }

func (c constant) LogDensityGrad(grad, _ []float64) (float64, error) {
	grad[0] = 0
	return float64(c), nil
}

// TestStep_RejectsWhatIsNoDensity starts where the density is fine and then
// meets a value that is none.
func TestStep_RejectsWhatIsNoDensity(t *testing.T) {
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		s := newSampler(t, constant(value), NewDiag(1), 0.5, Options{})
		state := &transition.State{Q: []float64{3}, Grad: []float64{0}, LogDensity: -1}
		info, err := s.Step(rng.NewKey(9).Stream(), state)
		if err != nil || !info.Divergent || info.Leapfrogs != 1 || state.Q[0] != 3 || state.LogDensity != -1 {
			t.Errorf("log density %g: info %+v, error %v, state %+v, want a divergence in place", value, info, err, *state)
		}
	}
}

func TestStep_RefusesToStartOutside(t *testing.T) {
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		s := newSampler(t, newNormal(1), NewDiag(1), 0.5, Options{})
		state := &transition.State{Q: []float64{3}, Grad: []float64{0}, LogDensity: value}
		src := rng.NewKey(10).Stream()
		if _, err := s.Step(src, state); err == nil {
			t.Errorf("a step from log density %g was made", value)
		}
		if _, _, err := s.TryStep(src, state, 0.1); err == nil {
			t.Errorf("a probe from log density %g was made", value)
		}
	}
}

func TestNew_RefusesNonsense(t *testing.T) {
	target := newNormal(2)
	for name, make := range map[string]func() error{
		"metric of another dimension": func() error { _, err := New(target, NewDiag(3), Options{}); return err },
		"negative depth":              func() error { _, err := New(target, NewDiag(2), Options{MaxDepth: -1}); return err },
		"huge depth":                  func() error { _, err := New(target, NewDiag(2), Options{MaxDepth: 31}); return err },
		"negative energy error":       func() error { _, err := New(target, NewDiag(2), Options{MaxEnergyError: -1}); return err },
		"energy error NaN":            func() error { _, err := New(target, NewDiag(2), Options{MaxEnergyError: math.NaN()}); return err },
	} {
		if make() == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	s := newSampler(t, target, NewDiag(2), 1, Options{})
	for _, step := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		check.Panics(t, "step size", func() { s.SetStepSize(step) })
	}
}
