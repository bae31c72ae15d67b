package smc2_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/smc2"
)

// autoregression has an unknown persistence and noise; its states are seen
// with noise of their own.
func autoregression() smc2.Problem {
	return smc2.Problem{
		Space: prior.Space{{Name: "phi", Law: prior.Uniform{Low: -1, High: 1}}, {Name: "q", Law: prior.Gamma{Shape: 2, Rate: 4}}},
		Model: func(theta []float64) (smc.Model, error) {
			m, err := models.NewLinearGaussian(models.LinearGaussianParameters{
				F: [][]float64{{theta[0]}}, Q: [][]float64{{theta[1]}}, H: [][]float64{{1}}, R: [][]float64{{0.3}}, M0: []float64{0}, P0: [][]float64{{1}},
			})
			if err != nil {
				return nil, err
			}
			best, err := m.Optimal()
			return emitting{best, m}, err
		},
	}
}

// emitting is a guided model that can draw observations.
type emitting struct {
	smc.Model
	law smc.Emitter
}

func (e emitting) Emit(dst []float64, k int, src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	return e.law.Emit(dst, k, src, o, p)
}

// simulated draws n observations of the autoregression with phi 0.8, q 0.5.
func simulated(n int) []float64 {
	src := rng.NewKey(81).Stream()
	y := make([]float64, n)
	x := src.Normal()
	for i := range y {
		if i > 0 {
			x = 0.8*x + math.Sqrt(0.5)*src.Normal()
		}
		y[i] = x + math.Sqrt(0.3)*src.Normal()
	}
	return y
}

// TestOnline_AgreesWithTheWhole compares windows with SMC² over all the data,
// with the longer replays that credit pays for and without: means over runs,
// within 4.5 standard errors and a tenth of a posterior standard deviation for
// the smoothing.
func TestOnline_AgreesWithTheWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("many runs")
	}
	y := simulated(100)
	const runs = 5
	summary := func(window, horizon int) (means, sds [2][]float64) {
		for r := range runs {
			key := rng.NewKey(82).Child("run", uint64(r), uint64(window))
			s, err := smc2.New(autoregression(), key, smc2.Options{Theta: 200, States: 40, Window: window, Horizon: horizon, Workers: 2})
			if err != nil {
				t.Fatal(err)
			}
			observe(t, s, y)
			if s.Total().Count < 2 {
				t.Errorf("%d rejuvenations: the test says nothing", s.Total().Count)
			}
			for d := range 2 {
				means[d] = append(means[d], s.Mean(d))
				sds[d] = append(sds[d], s.SD(d))
			}
		}
		return means, sds
	}
	wholeMeans, wholeSDs := summary(0, 0)
	for _, horizon := range []int{30, 60} {
		means, sds := summary(30, horizon)
		for d := range 2 {
			want, wantSE := check.MeanError(wholeMeans[d])
			got, se := check.MeanError(means[d])
			sd, sdSE := check.MeanError(wholeSDs[d])
			check.Close(t, got, want, check.Z(4.5, math.Hypot(math.Hypot(se, wantSE), sd/45)), "horizon", horizon, "mean of parameter", d)
			gotSD, gotSE := check.MeanError(sds[d])
			check.Close(t, gotSD, sd, check.Z(4.5, math.Hypot(math.Hypot(gotSE, sdSE), sd/45)), "horizon", horizon, "sd of parameter", d)
		}
	}
}

// TestOnline_WorkIsBounded: a rejuvenation looks back on a window, or on what
// Replay pays for, and 7 probes of the variance come to 14 replays more.
func TestOnline_WorkIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("many observations")
	}
	const n, window, theta, moves = 300, 15, 60, 2
	for _, replay := range []float64{1e-9, 0.5, 2} {
		s, err := smc2.New(autoregression(), rng.NewKey(91), smc2.Options{Theta: theta, States: 8, Window: window, Moves: moves, Replay: replay, Horizon: 90, Variance: 1e6})
		if err != nil {
			t.Fatal(err)
		}
		seen, longest := 0, 0
		for i, y := range simulated(n) {
			observe(t, s, []float64{y})
			if total := s.Total(); total.Count > seen {
				seen = total.Count
				last := s.Last()
				longest = max(longest, last.Length)
				if last.Length > 90 || last.Length < min(i+1, window) {
					t.Errorf("replay %v: %d observations looked back on after %d, want %d to 90", replay, last.Length, i+1, window)
				}
			}
		}
		bound := (float64(theta*moves) + 14) * (replay*window*n + float64(seen*(window+4)))
		if got := float64(s.Total().Replayed); seen < 4 || got > bound {
			t.Errorf("replay %v: %v observations in %d rejuvenations, want at most %v", replay, got, seen, bound)
		}
		if replay == 2 && longest <= 2*window {
			t.Errorf("credit never paid for more than %d observations", longest)
		}
	}
}

// TestStates_GrowWhereTheEvidenceIsNoisy: the variance that decides is that of
// filters run here, within 4.5 standard deviations of an estimate from 16 pairs
// and one from 200 runs (0.35 and 0.1 of it), and the states grow to where it
// is below the bound.
func TestStates_GrowWhereTheEvidenceIsNoisy(t *testing.T) {
	y := simulated(60)
	p := autoregression()
	p.Space = prior.Space{{Name: "phi", Law: prior.Normal{Mu: 0.8, Sigma: 0.05}}, {Name: "q", Law: prior.Normal{Mu: 0.5, Sigma: 0.02}}}
	p.Model = func(theta []float64) (smc.Model, error) {
		return models.NewLinearGaussian(models.LinearGaussianParameters{
			F: [][]float64{{theta[0]}}, Q: [][]float64{{theta[1]}}, H: [][]float64{{1}}, R: [][]float64{{0.3}}, M0: []float64{0}, P0: [][]float64{{1}},
		})
	}
	s, err := smc2.New(p, rng.NewKey(92), smc2.Options{Theta: 64, States: 16, MaxStates: 1024, Variance: 0.5, Threshold: 0.9})
	if err != nil {
		t.Fatal(err)
	}
	observe(t, s, y)
	last := s.Last()
	if s.States() < 32 || s.States() > 512 {
		t.Errorf("%d states", s.States())
	}
	// The last rejuvenation's estimate, with the states there were before it.
	before := last.States
	for v := last.Variance; v > 0.5; v /= 2 {
		before /= 2
	}
	model, err := p.Model([]float64{s.Mean(0), s.Mean(1)})
	if err != nil {
		t.Fatal(err)
	}
	const runs = 200
	logs := make([]float64, runs)
	for r := range runs {
		f, err := smc.NewFilter(smc.Bootstrap(model, smc.Series(y[:last.Observation])), rng.NewKey(93).Child("run", uint64(r)), smc.Options{Particles: before})
		if err != nil {
			t.Fatal(err)
		}
		for f.Step() {
		}
		logs[r] = f.LogEvidence()
	}
	_, se := check.MeanError(logs)
	want := se * se * runs
	check.Close(t, last.Variance, want, check.Z(4.5, 0.37*want), "variance at", before, "states")
}

func TestSampler_DoesNotDependOnWorkersAndResumesToTheSameBits(t *testing.T) {
	y := simulated(60)
	o := smc2.Options{Theta: 40, States: 20, Window: 12, Stride: 4, Moves: 2, Variance: 0.02, MaxStates: 40}
	key := rng.NewKey(83)
	whole, err := smc2.New(autoregression(), key, o)
	if err != nil {
		t.Fatal(err)
	}
	observe(t, whole, y)
	if whole.States() == 20 || whole.Total().Count < 3 {
		t.Errorf("%d states, %d rejuvenations: the test says little", whole.States(), whole.Total().Count)
	}
	o.Workers = 3
	first, err := smc2.New(autoregression(), key, o)
	if err != nil {
		t.Fatal(err)
	}
	observe(t, first, y[:33])
	var file bytes.Buffer
	if err := first.Save(&file); err != nil {
		t.Fatal(err)
	}
	damaged := bytes.NewReader(file.Bytes()[:file.Len()/2])
	if _, err := smc2.Resume(damaged, autoregression(), key, 1); err == nil {
		t.Error("no error for half a file")
	}
	if _, err := smc2.Resume(bytes.NewReader(file.Bytes()), autoregression(), rng.NewKey(1), 1); err == nil || !strings.Contains(err.Error(), "seed") {
		t.Errorf("error %v, want one about the seed", err)
	}
	second, err := smc2.Resume(bytes.NewReader(file.Bytes()), autoregression(), key, 2)
	if err != nil {
		t.Fatal(err)
	}
	observe(t, second, y[33:])
	check.Close(t, second.LogEvidence(), whole.LogEvidence(), check.Exact)
	for i := range 40 {
		check.CloseSlice(t, second.Theta(i), whole.Theta(i), check.Exact, i)
		check.CloseSlice(t, second.Filter(i).X(0), whole.Filter(i).X(0), check.Exact, i)
	}
	check.CloseSlice(t, second.Weights(), whole.Weights(), check.Exact)
}

// TestForecast_HasTheRightSpread: with the parameters nearly known, forecasts
// of the autoregression have the variance of its law.
func TestForecast_HasTheRightSpread(t *testing.T) {
	p := autoregression()
	p.Space = prior.Space{{Name: "phi", Law: prior.Normal{Mu: 0.5, Sigma: 1e-6}}, {Name: "q", Law: prior.Normal{Mu: 1, Sigma: 1e-6}}}
	s, err := smc2.New(p, rng.NewKey(84), smc2.Options{Theta: 50, States: 200})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Forecast(make([]smc.Obs, 1), 10); err == nil {
		t.Error("no error for a forecast from nowhere")
	}
	observe(t, s, []float64{0.3, -0.2, 1})
	draws, err := s.Forecast(make([]smc.Obs, 40), 20000)
	if err != nil {
		t.Fatal(err)
	}
	far := draws[39][0]
	mean, se := check.MeanError(far)
	check.Close(t, mean, 0, check.Z(6, se), "mean far ahead")
	check.Close(t, se*se*float64(len(far)), 1/(1-0.25)+0.3, check.Z(4.5, 1.63*math.Sqrt(2.0/20000)), "variance far ahead")
	band := smc.Band(far, 0.1, 0.5, 0.9)
	if !(band[0] < band[1] && band[1] < band[2]) {
		t.Errorf("band %v does not rise", band)
	}
}

// TestObserve_StandsBeforeABadObservation: an impossible count, a wrong number
// of columns and times out of order are named, and what follows is as if they
// had not come.
func TestObserve_StandsBeforeABadObservation(t *testing.T) {
	run := func(bad bool) *smc2.Sampler {
		s, err := smc2.New(epidemic(1000), rng.NewKey(85), smc2.Options{Theta: 30, States: 20})
		if err != nil {
			t.Fatal(err)
		}
		for _, y := range []float64{1, 0, 2, 3, 1, 4, 6} {
			if err := s.Observe(smc.Obs{Y: []float64{y}}); err != nil {
				t.Fatal(err)
			}
			if !bad {
				continue
			}
			for want, o := range map[string]smc.Obs{
				"no count": {Y: []float64{-2}}, "1 numbers, the ones before have": {Y: []float64{1}}, "times must increase": {Y: []float64{1}, Time: 0.5},
			} {
				if want == "1 numbers, the ones before have" {
					o.Y, want = []float64{1, 2}, "2 numbers, the ones before have 1"
				}
				if err := s.Observe(o); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want one with %q", err, want)
				}
			}
		}
		return s
	}
	clean, spoilt := run(false), run(true)
	check.Close(t, spoilt.LogEvidence(), clean.LogEvidence(), check.Exact)
	check.CloseSlice(t, spoilt.Weights(), clean.Weights(), check.Exact)
}

// impossible lets no state make an observation above 100.
type impossible struct{ smc.Model }

func (m impossible) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	if o.Y[0] > 100 {
		for i := range dst {
			dst[i] = math.Inf(-1)
		}
		return nil
	}
	return m.Model.LogWeight(dst, o, p)
}

func TestObserve_SaysWhenNothingCouldHaveMadeIt(t *testing.T) {
	p := autoregression()
	inner := p.Model
	p.Model = func(theta []float64) (smc.Model, error) {
		m, err := inner(theta)
		return impossible{m}, err
	}
	s, err := smc2.New(p, rng.NewKey(86), smc2.Options{Theta: 10, States: 10})
	if err != nil {
		t.Fatal(err)
	}
	observe(t, s, []float64{1, 2})
	before := s.LogEvidence()
	err = s.Observe(smc.Obs{Y: []float64{1000}})
	var collapse *smc2.CollapseError
	if !errors.As(err, &collapse) || collapse.Observation != 3 || !strings.Contains(err.Error(), "phi = ") {
		t.Errorf("error %v, want a collapse at observation 3 with the parameters", err)
	}
	check.Close(t, s.LogEvidence(), before, check.Exact)
	observe(t, s, []float64{1})
}

// TestObserve_SurvivesPanics: of the model's constructor and of its functions.
func TestObserve_SurvivesPanics(t *testing.T) {
	p := autoregression()
	inner := p.Model
	bad := false
	p.Model = func(theta []float64) (smc.Model, error) {
		m, err := inner(theta)
		return panicking{m, &bad}, err
	}
	s, err := smc2.New(p, rng.NewKey(86), smc2.Options{Theta: 10, States: 10, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	observe(t, s, []float64{1, 2})
	before := s.LogEvidence()
	bad = true
	if err := s.Observe(smc.Obs{Y: []float64{1}}); err == nil || !strings.Contains(err.Error(), "panic: oops") || s.Steps() != 2 {
		t.Errorf("error %v after %d observations", err, s.Steps())
	}
	bad = false
	check.Close(t, s.LogEvidence(), before, check.Exact)
	observe(t, s, []float64{1})
	p.Model = func([]float64) (smc.Model, error) { panic("nothing here") }
	if _, err := smc2.New(p, rng.NewKey(1), smc2.Options{}); err == nil || !strings.Contains(err.Error(), "nothing here") {
		t.Errorf("error %v, want the panic", err)
	}
	p.Model = func([]float64) (smc.Model, error) { return nil, nil }
	if _, err := smc2.New(p, rng.NewKey(1), smc2.Options{}); err == nil || !strings.Contains(err.Error(), "no model") {
		t.Errorf("error %v, want one about the missing model", err)
	}
}

// panicking panics when it is told to.
type panicking struct {
	smc.Model
	bad *bool
}

func (m panicking) Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	if *m.bad {
		panic("oops")
	}
	return m.Model.Move(src, o, p)
}

// TestOnline_RunsInConstantMemory: what is live after 400 observations is not
// more than after 100, apart from noise: the past stays as long as the horizon.
func TestOnline_RunsInConstantMemory(t *testing.T) {
	y := simulated(400)
	s, err := smc2.New(autoregression(), rng.NewKey(87), smc2.Options{Theta: 50, States: 50, MaxStates: 50, Window: 20, Stride: 5, Horizon: 40})
	if err != nil {
		t.Fatal(err)
	}
	live := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	observe(t, s, y[:100])
	early := live()
	observe(t, s, y[100:])
	if late := live(); late > 1.2*early+1e6 {
		t.Errorf("%v bytes live after 400 observations, %v after 100", late, early)
	}
}

func TestOptions_OutOfRangeAreNamed(t *testing.T) {
	for _, o := range []smc2.Options{{Theta: 2}, {States: 10, MaxStates: 5}, {Window: -1}, {Threshold: 2}, {Variance: -1}, {Window: 10, Horizon: 5}, {Replay: -1}} {
		if _, err := smc2.New(autoregression(), rng.NewKey(1), o); err == nil {
			t.Errorf("%+v pass", o)
		}
	}
	if _, err := smc2.New(smc2.Problem{}, rng.NewKey(1), smc2.Options{}); err == nil {
		t.Error("no error without parameters")
	}
	p := autoregression()
	p.Model = nil
	if _, err := smc2.New(p, rng.NewKey(1), smc2.Options{}); err == nil {
		t.Error("no error without a model")
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }

// TestOnline_RunsForEver takes 100,000 observations: memory stays flat, and the
// last observations take no longer than the first. It takes minutes, so it
// runs only where QUATRE_LONG is set.
func TestOnline_RunsForEver(t *testing.T) {
	if os.Getenv("QUATRE_LONG") == "" {
		t.Skip("takes minutes; set QUATRE_LONG=1")
	}
	const n = 100000
	y := simulated(n)
	s, err := smc2.New(autoregression(), rng.NewKey(88), smc2.Options{Theta: 96, States: 32, MaxStates: 32, Window: 40, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	var memory [10]float64
	var times [10]time.Duration
	for part := range 10 {
		start := time.Now()
		observe(t, s, y[part*n/10:(part+1)*n/10])
		times[part] = time.Since(start)
		runtime.GC()
		runtime.ReadMemStats(&m)
		memory[part] = float64(m.HeapAlloc)
	}
	t.Logf("live bytes %.3g, times %v, %d rejuvenations, phi %.4f ± %.2g", memory, times, s.Total().Count, s.Mean(0), s.SD(0))
	if memory[9] > 1.1*memory[0]+1e6 {
		t.Errorf("live bytes grew: %v", memory)
	}
	// With all the data the standard deviation is 0.002: a population that has
	// lost its spread would show one far smaller.
	if math.Abs(s.Mean(0)-0.8) > 0.05 || s.SD(0) < 0.001 || s.SD(0) > 0.02 {
		t.Errorf("phi is %v ± %v after %d observations, want about 0.8 ± 0.002", s.Mean(0), s.SD(0), n)
	}
}
