package samplers

import (
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// TestRun_WalnutsGoesDownTheFunnel: the funnel as written, in which the steps of
// NUTS are either too long for the neck or too short for the rest. The mean and
// variance of the log scale come out right; with NUTS they do not, which
// TestRun_FunnelReportsDivergences shows.
func TestRun_WalnutsGoesDownTheFunnel(t *testing.T) {
	o := quick(4, 1000, 5000)
	o.Sampler = WALNUTS
	sink, report := run(t, &problem{density: funnel(2)}, 221, o)
	z := momentZ(sink.Sampling.Column(0), 0, 9)
	// A Student's t with 199 degrees of freedom is above 5 with probability 1e-6.
	if z > 5 {
		t.Errorf("mean or variance of the log scale off by %.1f standard errors", z)
	}
	for _, c := range report.Chains {
		if c.Sampling.Leapfrogs < int64(c.Sampling.Iterations)*2 || c.Sampling.Divergences > 5 {
			t.Errorf("chain %d: %d leapfrogs, %d divergences", c.Chain, c.Sampling.Leapfrogs, c.Sampling.Divergences)
		}
	}
	deep := 0
	for _, chain := range sink.Sampling.Column(0) {
		for _, v := range chain {
			if v < -6 {
				deep++
			}
		}
	}
	want := 20000 * elem.NormCDF(-2)
	if math.Abs(float64(deep)-want) > 0.5*want {
		t.Errorf("%d of 20000 draws lie two standard deviations below, want about %.0f", deep, want)
	}
}

// TestRun_WalnutsUnderEveryMetric: the same posterior comes out whatever warmup
// learns.
func TestRun_WalnutsUnderEveryMetric(t *testing.T) {
	for _, metric := range []Metric{AutoMetric, DiagMetric, DenseMetric, UnitMetric} {
		o := quick(2, 500, 2000)
		o.Sampler, o.Metric, o.StepJitter = WALNUTS, metric, 0.1
		sink, _ := run(t, &problem{density: normals(1, 2, 0.5)}, 222, o)
		for i, sd := range []float64{1, 2, 0.5} {
			if z := momentZ(sink.Sampling.Column(i), float64(i), sd*sd); z > 6 {
				t.Errorf("%v metric: coordinate %d off by %.1f standard errors", metric, i, z)
			}
		}
	}
}

// TestKernels_WalnutsIsStationary: under metrics with directions, steps that vary and
// mapped coordinates, as TestKernels_AreStationary; steps are so long that many are
// halved. A right kernel fails with probability below 1e-6 for a random seed.
func TestKernels_WalnutsIsStationary(t *testing.T) {
	for name, c := range map[string]struct {
		known
		step, jitter float64
		rank         int
	}{
		"banana":                       {banana(), 0.8, 0.2, 1},
		"heavy tails":                  {heavyTails(5), 2, 0.1, 2},
		"funnel in mapped coordinates": {mappedFunnel(), 1, 0.1, 1},
	} {
		key := rng.NewKey(224).Child(name)
		o, err := Options{Draws: 1, StepSize: c.step, StepJitter: c.jitter, Sampler: WALNUTS, MaxStepError: 0.5}.complete()
		if err != nil {
			t.Fatal(err)
		}
		kernel, err := newKernel(c.target, &o)
		if err != nil {
			t.Fatal(err)
		}
		if err := kernel.SetInverseMetric(directed(c.target.Dim(), c.rank, key.Child("metric").Stream())); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { stationary(t, c.known, kernel, key) })
	}
}

func TestRun_WalnutsDrawsDependOnSeedAlone(t *testing.T) {
	o := quick(3, 200, 100)
	o.Sampler = WALNUTS
	want, _ := run(t, withNoise(), 223, o)
	o.Parallel = 1
	got, _ := run(t, withNoise(), 223, o)
	for chain := range 3 {
		sameDraws(t, &got.Sampling, &want.Sampling, chain)
	}
	o.MaxStepError = 0.2
	other, _ := run(t, withNoise(), 223, o)
	if check.Exact.Accepts(other.Sampling.Column(0)[0][50], want.Sampling.Column(0)[0][50]) {
		t.Error("the range of the energy within a step changes nothing")
	}
}

func TestSampler_Text(t *testing.T) {
	for _, s := range []Sampler{NUTS, WALNUTS} {
		text, err := s.MarshalText()
		var back Sampler
		if err != nil || back.UnmarshalText(text) != nil || back != s {
			t.Errorf("sampler %v comes back from %q as %v", s, text, back)
		}
	}
	var s Sampler
	if err := s.UnmarshalText([]byte("hmc")); err == nil || !strings.Contains(err.Error(), "walnuts") {
		t.Errorf("error %v, want one that lists the choices", err)
	}
}
