package smc_test

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/hmm"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/resample"
)

// lg1 is the model of the problem of that name.
func lg1(t testing.TB) *models.LinearGaussian {
	t.Helper()
	m, err := models.NewLinearGaussian(models.LinearGaussianParameters{
		F: [][]float64{{0.9}}, Q: [][]float64{{0.25}}, H: [][]float64{{1}}, R: [][]float64{{1}}, M0: []float64{0}, P0: [][]float64{{1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func optimal(t testing.TB, m *models.LinearGaussian) smc.Model {
	t.Helper()
	best, err := m.Optimal()
	if err != nil {
		t.Fatal(err)
	}
	return best
}

// lookAheadLG gives the linear Gaussian model a crude look ahead.
type lookAheadLG struct{ *models.LinearGaussian }

func (l lookAheadLG) LogAuxiliary(dst []float64, o *smc.Obs, p *smc.Particles) error {
	for i, v := range p.Prev[0] {
		z := o.Y[0] - 0.9*v
		dst[i] = -z * z / 4
	}
	return nil
}

// prefix is the number of observations used where runs are many: so few that
// the evidence varies little and its mean is nearly normal.
const prefix = 20

// exact is a model with data and the right log evidence.
type exact struct {
	name     string
	target   smc.Target
	evidence float64
}

// known is the problems with exact answers, and their models.
type known struct {
	one        problems.LG1
	four       problems.LG4
	three      problems.HMM3
	volatility problems.SV

	plane *models.LinearGaussian // of four
	chain *models.FiniteHMM      // of three
	sv    *models.StochasticVolatility
}

func readKnown(t testing.TB) *known {
	t.Helper()
	var k known
	problems.Read(t, "lg1", &k.one)
	problems.Read(t, "lg4", &k.four)
	problems.Read(t, "hmm3", &k.three)
	problems.Read(t, "sv", &k.volatility)
	four, three, v := &k.four.Model, &k.three.Model, &k.volatility.Model
	var err error
	if k.plane, err = models.NewLinearGaussian(models.LinearGaussianParameters{
		F: four.F, Q: four.Q, H: four.H, R: four.R, M0: four.M0, P0: four.P0,
	}); err != nil {
		t.Fatal(err)
	}
	if k.chain, err = models.NewFiniteHMM(hmm.Model{Initial: three.Initial, Transition: three.Transition},
		models.GaussianEmission(three.Mean, three.SD)); err != nil {
		t.Fatal(err)
	}
	k.sv = &models.StochasticVolatility{Mu: v.Mu, Phi: v.Phi, Sigma: v.S}
	return &k
}

func exactCases(t testing.TB) []exact {
	t.Helper()
	k := readKnown(t)
	const last = prefix - 1
	return []exact{
		{"lg1", smc.Bootstrap(lg1(t), smc.Series(k.one.Y[:prefix])), k.one.Answers.LogLikT[last]},
		{"lg1 guided", smc.Bootstrap(optimal(t, lg1(t)), smc.Series(k.one.Y[:prefix])), k.one.Answers.LogLikT[last]},
		{"lg1 auxiliary", smc.LookAhead(lookAheadLG{lg1(t)}, smc.Series(k.one.Y[:prefix])), k.one.Answers.LogLikT[last]},
		{"lg4", smc.Bootstrap(k.plane, smc.Rows(k.four.Y[:prefix])), k.four.Answers.LogLikT[last]},
		{"lg4 guided", smc.Bootstrap(optimal(t, k.plane), smc.Rows(k.four.Y[:prefix])), k.four.Answers.LogLikT[last]},
		{"hmm3", smc.Bootstrap(k.chain, smc.Series(k.three.Y[:prefix])), k.three.Answers.LogLikT[last]},
		{"sv", smc.Bootstrap(k.sv, smc.Series(k.volatility.Y[:prefix])), k.volatility.Answers.LogLikT[last]},
		{"sv auxiliary", smc.LookAhead(k.sv, smc.Series(k.volatility.Y[:prefix])), k.volatility.Answers.LogLikT[last]},
	}
}

// run runs a filter to its end.
func run(t testing.TB, f *smc.Filter) {
	t.Helper()
	for f.Step() {
	}
	if err := f.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestEvidence_IsUnbiased compares the mean of Z/p(y) over runs with 1, for
// every exact answer, scheme and threshold: 4.5 standard errors, a false alarm
// with probability about 3e-4 for all cases together. The standard error is
// itself an estimate, so the particles are enough for Z to vary little.
func TestEvidence_IsUnbiased(t *testing.T) {
	runs := 200
	if testing.Short() {
		runs = 40
	}
	for _, c := range exactCases(t) {
		for _, o := range []smc.Options{
			{Threshold: 1}, {Threshold: 0.5}, {Threshold: 1, Resampling: resample.Multinomial}, {Threshold: 0.7, Resampling: resample.Stratified},
			{Resampling: resample.Residual}, {Resampling: resample.SSP}, {Resampling: resample.Killing},
		} {
			o.Particles = 200
			if c.name == "lg4" {
				o.Particles = 1000
			}
			f, err := smc.NewFilter(c.target, rng.NewKey(0), o)
			if err != nil {
				t.Fatal(err)
			}
			ratios := make([]float64, runs)
			for r := range ratios {
				f.Reset(c.target, rng.NewKey(21).Child("run", uint64(r)))
				run(t, f)
				ratios[r] = math.Exp(f.LogEvidence() - c.evidence)
			}
			mean, se := check.MeanError(ratios)
			check.Close(t, mean, 1, check.Z(4.5, se), c.name, o.Resampling, o.Threshold, "runs", runs)
		}
	}
}

// TestEvidence_IsUnbiasedOverWholeSeries is the same over all 100 or 200
// observations (50 of the four coordinates), with so many particles that the evidence varies by less than
// its half, which the test checks: 40 runs, 4.5 standard errors, a false alarm
// with probability 6e-5 a case (Student's law).
func TestEvidence_IsUnbiasedOverWholeSeries(t *testing.T) {
	const runs = 40
	if testing.Short() {
		t.Skip("many observations and particles")
	}
	k := readKnown(t)
	for _, c := range []struct {
		exact
		particles int
	}{
		{exact{"lg1", smc.Bootstrap(lg1(t), smc.Series(k.one.Y)), k.one.Answers.LogLik}, 1000},
		{exact{"lg4 guided", smc.Bootstrap(optimal(t, k.plane), smc.Rows(k.four.Y[:50])), k.four.Answers.LogLikT[49]}, 16000},
		{exact{"hmm3", smc.Bootstrap(k.chain, smc.Series(k.three.Y)), k.three.Answers.LogLik}, 2000},
		{exact{"sv", smc.Bootstrap(k.sv, smc.Series(k.volatility.Y)), k.volatility.Answers.LogLik}, 1000},
	} {
		for _, threshold := range []float64{0.5, 1} {
			if threshold == 1 && c.particles > 10000 {
				continue // takes long
			}
			f, err := smc.NewFilter(c.target, rng.NewKey(0), smc.Options{Particles: c.particles, Threshold: threshold})
			if err != nil {
				t.Fatal(err)
			}
			ratios := make([]float64, runs)
			for r := range ratios {
				f.Reset(c.target, rng.NewKey(22).Child("run", uint64(r)))
				run(t, f)
				ratios[r] = math.Exp(f.LogEvidence() - c.evidence)
			}
			mean, se := check.MeanError(ratios)
			check.Close(t, mean, 1, check.Z(4.5, se), c.name, threshold)
			if sd := se * math.Sqrt(float64(runs)); sd > 0.5 {
				t.Errorf("%s: the evidence varies by %.2f: the test needs more particles", c.name, sd)
			}
		}
	}
}

// TestEvidence_IsUnbiasedOver10000Runs is the same with few particles and many
// runs: 4 standard errors, a false alarm with probability 6e-5 a case.
func TestEvidence_IsUnbiasedOver10000Runs(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 runs")
	}
	for _, c := range exactCases(t) {
		if c.name != "lg1" && c.name != "sv" {
			continue
		}
		for _, threshold := range []float64{1, 0.5} {
			f, err := smc.NewFilter(c.target, rng.NewKey(0), smc.Options{Particles: 100, Threshold: threshold})
			if err != nil {
				t.Fatal(err)
			}
			ratios := make([]float64, 10000)
			for r := range ratios {
				f.Reset(c.target, rng.NewKey(25).Child("run", uint64(r)))
				run(t, f)
				ratios[r] = math.Exp(f.LogEvidence() - c.evidence)
			}
			mean, se := check.MeanError(ratios)
			check.Close(t, mean, 1, check.Z(4, se), c.name, threshold)
		}
	}
}

// TestEvidence_ScattersAsTheReference compares the standard deviation of log Z
// for stochastic volatility at N = 1000 with that of another program, 0.2413
// from 400 runs; ours from 400 has a relative error of 3.5 % too: 4.5 of them
// together.
func TestEvidence_ScattersAsTheReference(t *testing.T) {
	if testing.Short() {
		t.Skip("400 runs")
	}
	var p problems.SV
	problems.Read(t, "sv", &p)
	sv := &models.StochasticVolatility{Mu: p.Model.Mu, Phi: p.Model.Phi, Sigma: p.Model.S}
	target := smc.Bootstrap(sv, smc.Series(p.Y))
	f, err := smc.NewFilter(target, rng.NewKey(0), smc.Options{Particles: 1000, Threshold: 1})
	if err != nil {
		t.Fatal(err)
	}
	const runs = 400
	logZ := make([]float64, runs)
	for r := range logZ {
		f.Reset(target, rng.NewKey(22).Child("run", uint64(r)))
		run(t, f)
		logZ[r] = f.LogEvidence()
	}
	_, se := check.MeanError(logZ)
	check.Close(t, se*math.Sqrt(runs), 0.24128, check.Z(4.5, 0.24128*0.05))
}

// TestFilter_FollowsTheExactMoments: means of filters of stochastic volatility
// over 20 runs against the grid; 4.7 standard errors for 200 times, a false
// alarm with probability 5e-4.
func TestFilter_FollowsTheExactMoments(t *testing.T) {
	var p problems.SV
	problems.Read(t, "sv", &p)
	sv := &models.StochasticVolatility{Mu: p.Model.Mu, Phi: p.Model.Phi, Sigma: p.Model.S}
	target := smc.Bootstrap(sv, smc.Series(p.Y))
	const runs = 60
	means := make([][]float64, len(p.Y))
	for r := range runs {
		f, err := smc.NewFilter(target, rng.NewKey(23).Child("run", uint64(r)), smc.Options{Particles: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for f.Step() {
			means[f.Steps()-1] = append(means[f.Steps()-1], f.Mean(0))
		}
	}
	for i, m := range means {
		mean, se := check.MeanError(m)
		// Student's t with 59 degrees of freedom in place of a normal.
		check.Close(t, mean, p.Answers.FilterMean[i], check.Z(5.2, se), "mean at", i)
	}
}

func TestResults_DoNotDependOnWorkers(t *testing.T) {
	sv := &models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}
	y := []float64{0.3, -1, 0.2, 0.1, 2, -0.7}
	var want *smc.Filter
	for _, workers := range []int{1, 2, 7} {
		f, err := smc.NewFilter(smc.Bootstrap(sv, smc.Series(y)), rng.NewKey(5), smc.Options{Particles: 20000, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		run(t, f)
		if want == nil {
			want = f
			continue
		}
		check.Close(t, f.LogEvidence(), want.LogEvidence(), check.Exact, workers)
		check.CloseSlice(t, f.X(0), want.X(0), check.Exact, workers)
	}
}

// TestMissing_ObservationsSayNothing: a series with missing numbers has the
// evidence of the one without, and its filter that of the Kalman filter.
func TestMissing_ObservationsSayNothing(t *testing.T) {
	y := []float64{0.3, math.NaN(), -1, math.NaN()}
	f, err := smc.NewFilter(smc.Bootstrap(optimal(t, lg1(t)), smc.Series(y)), rng.NewKey(7), smc.Options{Particles: 4000})
	if err != nil {
		t.Fatal(err)
	}
	before := 0.0
	for f.Step() {
		if math.IsNaN(y[f.Steps()-1]) {
			check.Close(t, f.LogEvidence(), before, check.Rel, "evidence after a missing number")
		}
		before = f.LogEvidence()
	}
	// By hand: N(0,1) → y 0.3: mean .15, var .5; move: .135, .655; move:
	// .1215, .78055; y −1: gain .438376, mean −.370138; move: −.333124.
	check.Close(t, f.Mean(0), -0.333124, check.Z(4.5, math.Sqrt(0.6/4000)))
}

// TestVariance_OfOneRunIsThatOfMany compares the mean of the variance
// estimates with the variance of Z over runs: Lee and Whiteley's is unbiased.
// The variance of 2000 ratios has a relative error of about 4 %, and the mean
// of the estimates a smaller one: 15 % is 4 of them.
func TestVariance_OfOneRunIsThatOfMany(t *testing.T) {
	if testing.Short() {
		t.Skip("2000 runs")
	}
	y := []float64{0.3, -1, 0.2, 1.1, 2, -0.7, 0.1, 0.9}
	target := smc.Bootstrap(lg1(t), smc.Series(y))
	f, err := smc.NewFilter(target, rng.NewKey(0), smc.Options{Particles: 200, Threshold: 1, Resampling: resample.Multinomial, Lineage: true})
	if err != nil {
		t.Fatal(err)
	}
	const runs = 2000
	z, v := make([]float64, runs), make([]float64, runs)
	m, mv := make([]float64, runs), make([]float64, runs)
	for r := range z {
		f.Reset(target, rng.NewKey(24).Child("run", uint64(r)))
		run(t, f)
		z[r] = math.Exp(f.LogEvidence())
		v[r] = z[r] * z[r] * f.RelativeVariance()
		m[r], mv[r] = f.Mean(0), f.MeanVariance(0)
	}
	_, se := check.MeanError(z)
	mean, _ := check.MeanError(v)
	check.Close(t, mean/(se*se*runs), 1, check.Z(4, 0.04), "evidence")
	_, se = check.MeanError(m)
	mean, _ = check.MeanError(mv)
	check.Close(t, mean/(se*se*runs), 1, check.Z(4, 0.04), "mean")
}

func TestSteps_AllocateNothing(t *testing.T) {
	sv := &models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}
	target := smc.Bootstrap(sv, smc.Series(make([]float64, 1000)))
	f, err := smc.NewFilter(target, rng.NewKey(1), smc.Options{Particles: 100, Threshold: 1})
	if err != nil {
		t.Fatal(err)
	}
	f.Step()
	if n := testing.AllocsPerRun(100, func() { f.Step() }); n != 0 {
		t.Errorf("%v allocations a step, want 0", n)
	}
}

// BenchmarkStochasticVolatility reports nanoseconds per particle and step of
// the bootstrap filter, resampling at every step.
func BenchmarkStochasticVolatility(b *testing.B) {
	sv := &models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}
	src := rng.NewKey(3).Stream()
	y := make([]float64, 200)
	for i := range y {
		y[i] = 0.6 * src.Normal()
	}
	target := smc.Bootstrap(sv, smc.Series(y))
	for _, c := range []struct {
		name string
		n    int
	}{{"100", 100}, {"1k", 1000}, {"10k", 10000}, {"100k", 100000}} {
		b.Run(c.name, func(b *testing.B) {
			f, err := smc.NewFilter(target, rng.NewKey(1), smc.Options{Particles: c.n, Threshold: 1})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				f.Reset(target, rng.NewKey(1))
				for f.Step() {
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(c.n)/200, "ns/particle-step")
		})
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
