package samplers

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// hierarchical is a problem of a density with mapped coordinates.
func hierarchical(dim int, open func() *samplertest.Hierarchy) Problem {
	return Direct("theta", dim, func(int) (LogDensity, error) { return open(), nil })
}

func schools() *samplertest.Hierarchy { return samplertest.EightSchools(false) }

// fisher returns options of a small run under the Fisher scheme.
func fisher(chains, warmup, draws int) Options {
	o := quick(chains, warmup, draws)
	o.Adaptation = FisherAdaptation
	return o
}

// TestRun_CentredFunnelComesOutRight: Neal's funnel as written, where the scale
// is known to be Normal(0, 3).
func TestRun_CentredFunnelComesOutRight(t *testing.T) {
	const seed = 51
	p := hierarchical(10, func() *samplertest.Hierarchy { return samplertest.NealsFunnel(9) })
	sink, report := run(t, p, seed, fisher(4, 1000, 1000))
	// 40 batches, 2 moments: false alarm 2e-7.
	if z := momentZ(sink.Sampling.Column(0), 0, 9); z > 6.5 {
		t.Errorf("seed %d: moments of the scale are off by %.1f standard errors", seed, z)
	}
	for _, c := range report.Chains {
		if c.Sampling.Divergences > 0 || c.Placing.NonCentred != 9 || c.Placing.Latents != 9 {
			t.Errorf("seed %d, chain %d: %d divergences, coordinates %+v; want none, and 9 non-centred", seed, c.Chain, c.Sampling.Divergences, c.Placing)
		}
	}
}

// TestRun_MapDoesNotChangeThePosterior compares the two ways of writing eight
// schools, one of them sampled as written. 10 parameters with two moments at 5
// standard errors each: false alarm 1e-5.
func TestRun_MapDoesNotChangeThePosterior(t *testing.T) {
	const seed = 52
	o := fisher(4, 1000, 2000)
	mapped, report := run(t, hierarchical(10, schools), seed, o)
	o.AsWritten = true
	written, other := run(t, hierarchical(10, func() *samplertest.Hierarchy { return samplertest.EightSchools(true) }), seed, o)
	if n := other.Chains[0].Placing.Latents; n != 0 {
		t.Errorf("%d latents were mapped although the options say as written", n)
	}
	if report.Chains[0].Placing.Latents != 8 {
		t.Errorf("coordinates %+v, want 8 latents", report.Chains[0].Placing)
	}
	value := func(draws [][]float64, chain, k int) float64 { return draws[chain][k] }
	mu, tau := written.Sampling.Column(0), written.Sampling.Column(1)
	for i := range 10 {
		a, b := mapped.Sampling.Column(i), written.Sampling.Column(i)
		for power := 1; power <= 2; power++ {
			var first, second []float64
			for chain := range 4 {
				for k := range 2000 {
					x, y := value(a, chain, k), value(b, chain, k)
					if i >= 2 {
						y = mu[chain][k] + math.Exp(tau[chain][k])*y
					}
					first, second = append(first, math.Pow(x, float64(power))), append(second, math.Pow(y, float64(power)))
				}
			}
			m1, e1 := check.MeanError(batches(first))
			m2, e2 := check.MeanError(batches(second))
			if z := (m1 - m2) / math.Hypot(e1, e2); math.Abs(z) > 5 {
				t.Errorf("seed %d: moment %d of coordinate %d differs by %.1f standard errors", seed, power, i, z)
			}
		}
	}
}

// batches returns the means of batches of 200.
func batches(x []float64) []float64 {
	var means []float64
	for k := 0; k+200 <= len(x); k += 200 {
		mean := 0.0
		for _, v := range x[k : k+200] {
			mean += v / 200
		}
		means = append(means, mean)
	}
	return means
}

// TestRun_LogDensityIsThatAsWritten: the column lp__ does not depend on the map.
func TestRun_LogDensityIsThatAsWritten(t *testing.T) {
	sink, _ := run(t, hierarchical(10, schools), 53, fisher(2, 200, 50))
	h := schools()
	grad := make([]float64, 10)
	for chain := range 2 {
		for row := range 50 {
			q, stats := sink.Sampling.Row(chain, row)
			want, err := h.LogDensityGrad(grad, q)
			if err != nil {
				t.Fatal(err)
			}
			check.Close(t, stats[0], want, check.Rel.Scaled(1), "chain", chain, "row", row)
		}
	}
}

// failingHierarchy fails at one of its evaluations.
type failingHierarchy struct {
	*samplertest.Hierarchy
	at int
}

func (f *failingHierarchy) LogDensityGrad(grad, z []float64) (float64, error) {
	if f.at--; f.at == 0 {
		return 0, errModel
	}
	return f.Hierarchy.LogDensityGrad(grad, z)
}

var _ transition.Mapped = (*failingHierarchy)(nil)

// TestRun_RestartContinuesTheSameDrawsUnderAMap puts an error at evaluations all
// over the run: in searches, in changes of the map, in trajectories of both
// phases.
func TestRun_RestartContinuesTheSameDrawsUnderAMap(t *testing.T) {
	o := fisher(1, 300, 200)
	o.SaveWarmup = true
	want, clean := run(t, hierarchical(10, schools), 54, o)
	for _, at := range []int{20, 120, 400, 900, 1500, 2300, 3000} {
		opening := 0
		p := Direct("theta", 10, func(int) (LogDensity, error) {
			if opening++; opening > 1 {
				return schools(), nil
			}
			return &failingHierarchy{schools(), at}, nil
		})
		got, report := run(t, p, 54, o)
		if report.Chains[0].Restarts != 1 {
			t.Errorf("evaluation %d: %d restarts, want 1", at, report.Chains[0].Restarts)
		}
		sameDraws(t, &got.Warmup, &want.Warmup, 0, "evaluation", at)
		sameDraws(t, &got.Sampling, &want.Sampling, 0, "evaluation", at)
		a, b := report.Chains[0], clean.Chains[0]
		if a.Warmup.Leapfrogs != b.Warmup.Leapfrogs || a.Sampling.Leapfrogs != b.Sampling.Leapfrogs || a.StepSize != b.StepSize || a.Placing != b.Placing {
			t.Errorf("evaluation %d: the report differs from that of a run without faults", at)
		}
	}
}

// TestRun_CountsEveryGradient: what the report says is what the density was asked
// for, but for the starting points.
func TestRun_CountsEveryGradient(t *testing.T) {
	h := samplertest.Groups(3, samplertest.PoissonCounts(15, 1))
	p := Direct("theta", h.Dim(), func(int) (LogDensity, error) { return h, nil })
	_, report := run(t, p, 55, fisher(1, 400, 100))
	counted := report.Chains[0].Warmup.Leapfrogs + report.Chains[0].Sampling.Leapfrogs
	if extra := int64(h.Evaluations) - counted; extra < 1 || extra > maxStarts {
		t.Errorf("%d evaluations, %d reported", h.Evaluations, counted)
	}
}

// TestRun_InspectsInModelCoordinates while the sampler moves in others.
func TestRun_InspectsInModelCoordinates(t *testing.T) {
	o, err := fisher(1, 200, 1).complete()
	if err != nil {
		t.Fatal(err)
	}
	c := idleChain(t, hierarchical(10, schools), &o)
	for range 100 {
		if err := c.iterate(); err != nil {
			t.Fatal(err)
		}
	}
	s := c.snapshot()
	grad := make([]float64, 10)
	want, err := schools().LogDensityGrad(grad, s.Position)
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, s.LogDensity, want, check.Rel.Scaled(1), "log density at the position")
	if s.Position[2] == c.now.state.Q[2] {
		t.Error("the position is in the sampler's coordinates")
	}
}

// TestRun_WarmupEndsByItself, the same after a restart, and not where its length
// is asked for.
func TestRun_WarmupEndsByItself(t *testing.T) {
	o := fisher(2, 1000, 300)
	want, clean := run(t, hierarchical(10, schools), 56, o)
	for _, c := range clean.Chains {
		if n := c.Warmup.Iterations; n < 150 || n > 500 {
			t.Errorf("chain %d: %d warmup iterations", c.Chain, n)
		}
		if n := want.Sampling.Len(c.Chain); n != 300 {
			t.Errorf("chain %d: %d draws", c.Chain, n)
		}
	}
	for _, at := range []int{1400, 1700, 2500} {
		opening := 0
		p := Direct("theta", 10, func(chain int) (LogDensity, error) {
			if chain > 0 {
				return schools(), nil
			}
			if opening++; opening > 1 {
				return schools(), nil
			}
			return &failingHierarchy{schools(), at}, nil
		})
		got, report := run(t, p, 56, o)
		if report.Chains[0].Restarts != 1 || report.Chains[0].Warmup.Iterations != clean.Chains[0].Warmup.Iterations {
			t.Errorf("evaluation %d: report %+v", at, report.Chains[0])
		}
		sameDraws(t, &got.Sampling, &want.Sampling, 0, "evaluation", at)
	}
	for name, change := range map[string]func(o *Options){
		"fixed": func(o *Options) { o.FixedWarmup = true }, "saved": func(o *Options) { o.SaveWarmup = true },
	} {
		long := o
		change(&long)
		if _, report := run(t, hierarchical(10, schools), 56, long); report.Chains[0].Warmup.Iterations != 1000 {
			t.Errorf("%s: %d warmup iterations, want 1000", name, report.Chains[0].Warmup.Iterations)
		}
	}
}

// TestRun_CorrectsACommonFactor: ten correlated coordinates, whose directions
// the default metric finds.
func TestRun_CorrectsACommonFactor(t *testing.T) {
	const seed, dim, rho = 57, 10, 0.995
	leapfrogs := map[Metric]int64{}
	for _, metric := range []Metric{DiagMetric, AutoMetric} {
		o := fisher(4, 1000, 1000)
		o.Metric = metric
		sink, report := run(t, &problem{density: equicorrelated(dim, rho)}, seed, o)
		for _, c := range report.Chains {
			leapfrogs[metric] += c.Sampling.Leapfrogs
			if (c.Directions > 0) != (metric == AutoMetric) || len(c.InverseMetric) != dim {
				t.Errorf("%v: %d directions, %d numbers of the metric", metric, c.Directions, len(c.InverseMetric))
			}
		}
		if metric == DiagMetric {
			continue
		}
		for i := range dim {
			// 20 moments, 39 degrees of freedom: false alarm 2e-6.
			if z := momentZ(sink.Sampling.Column(i), 0, 1); z > 6.5 {
				t.Errorf("seed %d, %v metric: moments of coordinate %d are off by %.1f standard errors", seed, metric, i, z)
			}
			if v := report.Chains[0].InverseMetric[i]; v < 0.5 || v > 2 {
				t.Errorf("variance %g of coordinate %d in the metric, want about 1", v, i)
			}
		}
	}
	// Over 32 seeds the factor is 2.6 to 3.5, with a standard deviation of 0.27.
	if leapfrogs[AutoMetric]*2 > leapfrogs[DiagMetric] {
		t.Errorf("%d leapfrogs with directions, %d without", leapfrogs[AutoMetric], leapfrogs[DiagMetric])
	}
}

// TestRun_JitterVariesTheStep and nothing else.
func TestRun_JitterVariesTheStep(t *testing.T) {
	const seed = 58
	o := fisher(4, 500, 2000)
	o.StepJitter, o.Metric = 0.2, DiagMetric // without rotations, whose steps have an upper bound
	sink, report := run(t, &problem{density: normals(1, 2)}, seed, o)
	least, most := math.Inf(1), 0.0
	for row := range 500 {
		_, stats := sink.Sampling.Row(0, row)
		least, most = min(least, stats[2]/report.Chains[0].StepSize), max(most, stats[2]/report.Chains[0].StepSize)
	}
	if least < 0.8 || least > 0.81 || most > 1.2 || most < 1.19 {
		t.Errorf("steps from %.3f to %.3f times the step size, want 0.8 to 1.2", least, most)
	}
	for i, sd := range []float64{1, 2} {
		// 80 batches, 4 moments: false alarm 1e-6.
		if z := momentZ(sink.Sampling.Column(i), float64(i), sd*sd); z > 6 {
			t.Errorf("seed %d: moments of coordinate %d are off by %.1f standard errors", seed, i, z)
		}
	}
}
