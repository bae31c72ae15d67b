package walnuts

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/nuts"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// newSampler returns a sampler that must be valid.
func newSampler(t testing.TB, target transition.LogDensity, metric nuts.Metric, step float64, o Options) *nuts.Sampler {
	t.Helper()
	s, err := New(target, metric, nuts.Options{}, o)
	if err != nil {
		t.Fatal(err)
	}
	s.SetStepSize(step)
	return s
}

// TestSampler_Conforms: with long steps and a narrow range most macro steps are
// made of several leapfrogs, and a good part of them does not lead back.
func TestSampler_Conforms(t *testing.T) {
	seed := uint64(200)
	for name, make := range map[string]func(t *testing.T, target transition.LogDensity) *nuts.Sampler{
		"usual steps": func(t *testing.T, target transition.LogDensity) *nuts.Sampler {
			return newSampler(t, target, nuts.NewDiag(target.Dim()), 0.5, Options{})
		},
		"long steps, narrow range": func(t *testing.T, target transition.LogDensity) *nuts.Sampler {
			return newSampler(t, target, nuts.NewDiag(target.Dim()), 1.3, Options{MaxError: 0.2})
		},
		"few halvings": func(t *testing.T, target transition.LogDensity) *nuts.Sampler {
			return newSampler(t, target, nuts.NewDiag(target.Dim()), 0.8, Options{MaxError: 0.1, MaxHalvings: 2})
		},
		"rotations": func(t *testing.T, target transition.LogDensity) *nuts.Sampler {
			return newSampler(t, target, nuts.NewRotation(target.Dim()), 1, Options{MaxError: 0.3})
		},
	} {
		t.Run(name, func(t *testing.T) {
			samplertest.Run(t, samplertest.Case{
				New:        func(t *testing.T, target transition.LogDensity) transition.Kernel { return make(t, target) },
				Seed:       seed,
				Reversible: true,
				Jump:       0.02,
			})
		})
	}
}

// TestStep_IsStationaryOnScalesThatChange: the funnel, whose scales differ by a
// factor of thousands, and the banana. A right kernel fails with probability below
// 1e-6 for a random seed.
func TestStep_IsStationaryOnScalesThatChange(t *testing.T) {
	for name, c := range changing() {
		worst := stationary(t, c, newSampler(t, c.target, nuts.NewDiag(c.target.Dim()), c.step, Options{MaxError: 0.5}), 0.2)
		check.PValue(t, worst, 1e-6/float64(len(changing())*c.target.Dim()), name)
	}
}

// careless takes every macro step, whether it leads back or not.
type careless struct{ *Strides }

func (c careless) Integrate(target transition.LogDensity, metric nuts.Metric, to, from *nuts.Point, step float64) (nuts.Passage, error) {
	p, err := c.Strides.Integrate(target, metric, to, from, step)
	if p.End == nuts.OneWay {
		p.End = nuts.Arrived
	}
	return p, err
}

// TestStep_NeedsTheWayBack: without the check of the way back the same tests find
// that the target is not invariant. It is what shows that they would find it.
func TestStep_NeedsTheWayBack(t *testing.T) {
	if testing.Short() {
		t.Skip("needs all chains")
	}
	for name, c := range changing() {
		strides, err := NewStrides(c.target.Dim(), Options{MaxError: 0.5})
		if err != nil {
			t.Fatal(err)
		}
		s, err := nuts.New(c.target, nuts.NewDiag(c.target.Dim()), nuts.Options{Integrator: careless{strides}})
		if err != nil {
			t.Fatal(err)
		}
		s.SetStepSize(c.step)
		if p := stationary(t, c, s, 0.2); p > 1e-9 {
			t.Errorf("%s: p = %g for a kernel that is wrong", name, p)
		}
	}
}

// TestIntegrate_ChoosesTheCoarsestWay compares a macro step with attempts that are
// written out: the number of leapfrogs is the smallest within the range, and the
// end says truly whether the step back is the same.
func TestIntegrate_ChoosesTheCoarsestWay(t *testing.T) {
	c := changing()["funnel"]
	dim := c.target.Dim()
	metric := nuts.NewDiag(dim)
	s, err := NewStrides(dim, Options{MaxError: 0.4, MaxHalvings: 6})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[nuts.End]int{}
	finer := 0
	key := rng.NewKey(211)
	for round := range 2000 {
		src := key.Child("round", uint64(round)).Stream()
		from, to := begin(t, c, metric, src), nuts.NewPoint(dim)
		step := 0.5 * c.step * float64(1-2*(round%2))
		p, err := s.Integrate(c.target, metric, to, from, step)
		if err != nil {
			t.Fatal(err)
		}
		seen[p.End]++
		want, k := coarsest(t, c.target, metric, from, step, s)
		if (p.End == nuts.Unstable) != (want == nil) {
			t.Fatalf("round %d: end %d, the attempts one by one found %v", round, p.End, want)
		}
		if want == nil {
			continue
		}
		check.CloseSlice(t, to.Q, want.Q, check.Exact, "round", round, "position")
		check.CloseSlice(t, to.P, want.P, check.Exact, "round", round, "momentum")
		check.Close(t, to.Energy, want.Energy, check.Exact, "round", round, "energy")
		back, there := coarsest(t, c.target, metric, to, -step, s)
		if (p.End == nuts.Arrived) != (there == k) {
			t.Fatalf("round %d: end %d, but %d halvings there and %d back", round, p.End, k, there)
		}
		if k > 0 {
			finer++
		}
		if p.End == nuts.Arrived {
			check.CloseSlice(t, back.Q, from.Q, check.Rel.Scaled(10), "round", round, "there and back")
		}
	}
	if seen[nuts.Arrived] < 500 || seen[nuts.OneWay] < 20 || finer < 200 {
		t.Errorf("ends %v, %d macro steps of several leapfrogs: the test does not see all cases", seen, finer)
	}
}

// coarsest makes the attempts of a macro step without stopping any on its way.
func coarsest(t *testing.T, target transition.LogDensity, metric nuts.Metric, from *nuts.Point, step float64, s *Strides) (end *nuts.Point, halvings int) {
	t.Helper()
	for k := range s.halvings + 1 {
		at := from
		energies := []float64{at.Energy}
		for range 1 << k {
			next := nuts.NewPoint(len(at.Q))
			if err := nuts.Leapfrog(target, metric, next, at, step/float64(int(1)<<k)); err != nil {
				t.Fatal(err)
			}
			at = next
			energies = append(energies, at.Energy)
		}
		low, high := math.Inf(1), math.Inf(-1)
		for _, e := range energies {
			low, high = min(low, e), max(high, e)
		}
		if high-low <= s.maxError {
			return at, k
		}
	}
	return nil, -1
}

func TestStep_DoesNotAllocate(t *testing.T) {
	c := changing()["funnel"]
	s := newSampler(t, c.target, nuts.NewDiag(c.target.Dim()), 1, Options{})
	src := rng.NewKey(5).Stream()
	state := transition.NewState(c.target.Dim())
	if err := s.Init(state, make([]float64, c.target.Dim())); err != nil {
		t.Fatal(err)
	}
	step := func() {
		if _, err := s.Step(src, state); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 {
		step()
	}
	if allocs := testing.AllocsPerRun(200, step); allocs != 0 {
		t.Errorf("%g allocations per draw, want 0", allocs)
	}
}

// TestStep_CountsEveryGradient compares with the density's own count, and checks
// that a step without a way is a divergence.
func TestStep_CountsEveryGradient(t *testing.T) {
	c := changing()["funnel"]
	counted := &counter{LogDensity: c.target}
	s := newSampler(t, counted, nuts.NewDiag(c.target.Dim()), 2, Options{MaxError: 0.1, MaxHalvings: 2})
	state := transition.NewState(c.target.Dim())
	if err := s.Init(state, []float64{0, 0.5, -0.5}); err != nil {
		t.Fatal(err)
	}
	src := rng.NewKey(212).Stream()
	divergent := 0
	for range 500 {
		counted.n = 0
		info, err := s.Step(src, state)
		if err != nil {
			t.Fatal(err)
		}
		if info.Leapfrogs != counted.n {
			t.Fatalf("%d leapfrogs told, %d gradients evaluated", info.Leapfrogs, counted.n)
		}
		if info.Divergent {
			divergent++
		}
	}
	if divergent == 0 {
		t.Error("no divergence with two halvings at most")
	}
}

type counter struct {
	transition.LogDensity
	n, failAt int
	fail      func() (float64, error)
}

func (c *counter) LogDensityGrad(grad, q []float64) (float64, error) {
	c.n++
	if c.n == c.failAt {
		return c.fail()
	}
	return c.LogDensity.LogDensityGrad(grad, q)
}

type fault struct{}

func (fault) Error() string     { return "the kernel was lost" }
func (fault) Recoverable() bool { return true }

// TestStep_SurvivesFaults puts a fault at every evaluation of the first draws in
// turn, on the way there and on the way back.
func TestStep_SurvivesFaults(t *testing.T) {
	c := changing()["funnel"]
	for name, fail := range map[string]func() (float64, error){
		"panic":             func() (float64, error) { panic("a broken kernel") },
		"recoverable error": func() (float64, error) { return 0, fault{} },
	} {
		for at := 2; at < 80; at++ {
			target := &counter{LogDensity: c.target, failAt: at, fail: fail}
			s := newSampler(t, target, nuts.NewDiag(3), 1.5, Options{MaxError: 0.2})
			state := transition.NewState(3)
			if err := s.Init(state, []float64{0, 0.5, -0.5}); err != nil {
				t.Fatal(err)
			}
			src := rng.NewKey(213).Stream()
			recovered := 0
			for target.n < 100 {
				info, err := s.Step(src, state)
				if err != nil {
					t.Fatal(err)
				}
				if info.Recovered {
					recovered++
				}
				if math.IsNaN(info.AcceptStat) || info.Recovered != (info.Fault != nil) {
					t.Errorf("%s at evaluation %d: info %+v", name, at, info)
				}
			}
			if recovered != 1 {
				t.Errorf("%s at evaluation %d: %d transitions recovered, want 1", name, at, recovered)
			}
		}
	}
}

func TestNew_RefusesWhatMakesNoSense(t *testing.T) {
	target := changing()["banana"].target
	for want, o := range map[string]Options{
		"energy error is -1":    {MaxError: -1},
		"energy error is NaN":   {MaxError: math.NaN()},
		"energy error is +Inf":  {MaxError: math.Inf(1)},
		"-1 halvings":           {MaxHalvings: -1},
		"21 halvings of a step": {MaxHalvings: 21},
	} {
		if _, err := New(target, nuts.NewDiag(2), nuts.Options{}, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := New(target, nuts.NewDiag(3), nuts.Options{}, Options{}); err == nil {
		t.Error("a metric of another dimension was taken")
	}
}

var errFatal = errors.New("no such thing")

func TestStep_OtherErrorsEndTheChain(t *testing.T) {
	target := &counter{LogDensity: changing()["banana"].target, failAt: 5, fail: func() (float64, error) { return 0, errFatal }}
	s := newSampler(t, target, nuts.NewDiag(2), 1, Options{})
	state := transition.NewState(2)
	if err := s.Init(state, []float64{1, 1}); err != nil {
		t.Fatal(err)
	}
	src := rng.NewKey(214).Stream()
	for range 10 {
		if _, err := s.Step(src, state); errors.Is(err, errFatal) {
			return
		}
	}
	t.Error("the error did not come out")
}
