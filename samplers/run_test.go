package samplers

import (
	"context"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

func TestArithmetic_IsNotFused(t *testing.T) { check.NoFusion(t, ".") }

// TestRun_GaussianOfManyScales has 100 coordinates whose sds go from 1e-3 to
// 1e3. With 40 batches, 200 moments and a bound of 6.5 the false alarm is 2e-5.
func TestRun_GaussianOfManyScales(t *testing.T) {
	if testing.Short() {
		t.Skip("100 dimensions")
	}
	const seed = 1
	sds := make([]float64, 100)
	for i := range sds {
		sds[i] = math.Pow(10, -3+6*float64(i)/99)
	}
	for metric, accept := range map[Metric]float64{AutoMetric: 1, DiagMetric: 0.8} { // a normal takes rotations without error
		gaussianOfManyScales(t, metric, accept, sds, seed)
	}
}

func gaussianOfManyScales(t *testing.T, metric Metric, accept float64, sds []float64, seed uint64) {
	t.Helper()
	o := DefaultOptions()
	o.Metric = metric
	sink, report := run(t, &problem{density: normals(sds...)}, seed, o)
	for i, sd := range sds {
		if z := momentZ(sink.Sampling.Column(i), float64(i), sd*sd); z > 6.5 {
			t.Errorf("seed %d: moments of coordinate %d are off by %.1f standard errors", seed, i, z)
		}
	}
	for _, c := range report.Chains {
		if c.Sampling.Divergences > 0 || c.Sampling.Saturated > 0 {
			t.Errorf("chain %d: %d divergences, %d saturated trees, want none", c.Chain, c.Sampling.Divergences, c.Sampling.Saturated)
		}
		if math.Abs(c.Sampling.MeanAccept-accept) > 0.12 {
			t.Errorf("chain %d, metric %v: mean acceptance %.3f, want about %g", c.Chain, metric, c.Sampling.MeanAccept, accept)
		}
		for i, sd := range sds {
			// Draws and gradients of a normal tell its scales exactly, up to rounding
			// and to coordinates that have not mixed yet.
			if r := c.InverseMetric[i] / (sd * sd); sd > 0.1 && sd < 100 && (r < 0.6 || r > 1.6) {
				t.Errorf("chain %d: inverse metric %g of coordinate %d, variance %g", c.Chain, c.InverseMetric[i], i, sd*sd)
			}
		}
	}
}

// equicorrelated is a normal with unit variances and all correlations rho:
// precision a I + b 1 1ᵀ.
func equicorrelated(dim int, rho float64) density {
	a := 1 / (1 - rho)
	b := -rho / ((1 - rho) * (1 + float64(dim-1)*rho))
	return density{dim, func(grad, q []float64) (float64, error) {
		sum := 0.0
		for _, x := range q {
			sum += x
		}
		logDensity := 0.0
		for i, x := range q {
			grad[i] = -(float64(a*x) + float64(b*sum))
			logDensity += float64(0.5*grad[i]) * x
		}
		return logDensity, nil
	}}
}

// TestRun_DenseMetricLearnsCorrelation: the same posterior needs far fewer
// leapfrogs with a dense metric.
func TestRun_DenseMetricLearnsCorrelation(t *testing.T) {
	const seed, dim, rho = 2, 5, 0.995
	leapfrogs := map[Metric]int64{}
	for _, metric := range []Metric{DiagMetric, DenseMetric} {
		o := quick(4, 1000, 1000)
		o.Metric = metric
		sink, report := run(t, &problem{density: equicorrelated(dim, rho)}, seed, o)
		for i := range dim {
			// 20 moments, 39 degrees of freedom: false alarm 2e-6.
			if z := momentZ(sink.Sampling.Column(i), 0, 1); z > 6.5 {
				t.Errorf("seed %d, %v metric: moments of coordinate %d are off by %.1f standard errors", seed, metric, i, z)
			}
		}
		for _, c := range report.Chains {
			leapfrogs[metric] += c.Sampling.Leapfrogs
		}
		if m := report.Chains[0].InverseMetric; metric == DenseMetric && (len(m) != dim*dim || math.Abs(m[1]-rho) > 0.3) {
			t.Errorf("inverse metric %v, want %d elements with %g off the diagonal", m, dim*dim, rho)
		}
	}
	if leapfrogs[DenseMetric]*3 > leapfrogs[DiagMetric] {
		t.Errorf("%d leapfrogs with a dense metric, %d with a diagonal one: want a third at most", leapfrogs[DenseMetric], leapfrogs[DiagMetric])
	}
}

func TestRun_UnitMetricStays(t *testing.T) {
	o := quick(1, 200, 200)
	o.Metric = UnitMetric
	_, report := run(t, &problem{density: normals(1, 2)}, 3, o)
	check.CloseSlice(t, report.Chains[0].InverseMetric, []float64{1, 1}, check.Exact, "inverse metric")
}

// TestRun_FunnelReportsDivergences: a posterior that no step size fits must not
// pass in silence.
func TestRun_FunnelReportsDivergences(t *testing.T) {
	sink, report := run(t, &problem{density: funnel(9)}, 4, DefaultOptions())
	total := 0
	for _, c := range report.Chains {
		total += c.Sampling.Divergences
	}
	if total == 0 {
		t.Error("no divergences in the funnel")
	}
	divergent, _ := sink.Sampling.Stat("divergent__")
	inRows := 0.0
	for _, chain := range divergent {
		for _, d := range chain {
			inRows += d
		}
	}
	if int(inRows) != total {
		t.Errorf("%g divergent rows, %d reported", inRows, total)
	}
}

// TestRun_RowsSayWhatHappened checks the statistics of each row against the
// density and the report.
func TestRun_RowsSayWhatHappened(t *testing.T) {
	o := quick(2, 150, 100)
	o.SaveWarmup = true
	d := normals(1, 0.2)
	sink, report := run(t, &problem{density: d}, 5, o)
	for chain := range 2 {
		if w, s := sink.Warmup.Len(chain), sink.Sampling.Len(chain); w != 150 || s != 100 {
			t.Fatalf("chain %d: %d warmup rows and %d draws, want 150 and 100", chain, w, s)
		}
		leapfrogs := 0.0
		for row := range 100 {
			values, stats := sink.Sampling.Row(chain, row)
			grad := make([]float64, 2)
			logDensity, _ := d.f(grad, values)
			check.Close(t, stats[0], logDensity, check.Exact, "lp__ of row", row)
			check.Close(t, stats[2], report.Chains[chain].StepSize, check.Exact, "stepsize__ of row", row)
			if stats[1] < 0 || stats[1] > 1 || stats[3] < 1 || stats[4] < 1 || stats[6] < -logDensity {
				t.Errorf("row %d has impossible statistics %v", row, stats)
			}
			leapfrogs += stats[4]
		}
		c := report.Chains[chain]
		if int64(leapfrogs) != c.Sampling.Leapfrogs || c.Sampling.Iterations != 100 || c.Warmup.Iterations != 150 || c.Draws != 100 {
			t.Errorf("report %+v does not fit the rows", c)
		}
		if c.Sampling.Elapsed <= 0 || c.Warmup.Elapsed <= 0 || c.Flat != nil || c.Recovered != 0 || c.Restarts != 0 {
			t.Errorf("report %+v is not that of a plain run", c)
		}
	}
}

func TestRun_ThinningKeepsEveryNth(t *testing.T) {
	o := quick(1, 100, 100)
	all, _ := run(t, &problem{density: normals(1, 2)}, 6, o)
	o.Thin = 7
	thinned, report := run(t, &problem{density: normals(1, 2)}, 6, o)
	if n := thinned.Sampling.Len(0); n != 15 || report.Chains[0].Draws != 15 || report.Chains[0].Sampling.Iterations != 100 {
		t.Fatalf("%d rows of 100 thinned by 7, report %+v, want 15", n, report.Chains[0])
	}
	for row := range 15 {
		got, _ := thinned.Sampling.Row(0, row)
		want, _ := all.Sampling.Row(0, 7*row)
		check.CloseSlice(t, got, want, check.Exact, "row", row)
	}
}

func TestRun_WithoutWarmupKeepsTheStep(t *testing.T) {
	o := quick(1, 0, 50)
	o.StepSize = 0.3
	_, report := run(t, &problem{density: normals(1)}, 7, o)
	if s := report.Chains[0].StepSize; s != 0.3 {
		t.Errorf("step size %g, want the given 0.3", s)
	}
}

func TestRun_WarmupAlone(t *testing.T) {
	sink, report := run(t, &problem{density: normals(1)}, 8, quick(1, 100, 0))
	if report.Interrupted || sink.Sampling.Len(0) != 0 || report.Chains[0].Warmup.Iterations != 100 {
		t.Errorf("report %+v, want 100 warmup iterations and no draws", report)
	}
}

func TestRun_DirectDensity(t *testing.T) {
	closed := 0
	p := Direct("x", 2, func(int) (LogDensity, error) { return &closing{normals(1, 2), &closed}, nil })
	sink, _ := run(t, p, 9, quick(1, 100, 20))
	if names := sink.Sampling.Schema.ColumnNames(); len(names) != 2 || names[1] != "x[2]" || closed != 1 {
		t.Errorf("columns %v, closed %d times, want x[1] and x[2], once", names, closed)
	}
	wrong := Direct("x", 3, func(int) (LogDensity, error) { return normals(1, 2), nil })
	if _, err := Run(context.Background(), wrong, rng.NewKey(1), quick(1, 1, 1), stream.Discard{}); err == nil {
		t.Error("a density of another dimension was accepted")
	}
}

type closing struct {
	density
	closed *int
}

func (c *closing) Close() error {
	*c.closed++
	return nil
}
