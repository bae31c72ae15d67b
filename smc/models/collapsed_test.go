package models

import (
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/hmm"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
)

// still is a drawn part that never moves.
type still struct{}

func (still) Dim() int { return 1 }

func (still) Init(_ *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	clear(p.X[0])
	return nil
}

func (still) Move(_ *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	copy(p.X[0], p.Prev[0])
	return nil
}

// runOver runs a filter over a series and hands each step to see, which may be
// nil.
func runOver(t *testing.T, m smc.Model, data []smc.Obs, key rng.Key, particles int, see func(step int, f *smc.Filter)) *smc.Filter {
	t.Helper()
	f, err := smc.NewFilter(smc.Bootstrap(m, data), key, smc.Options{Particles: particles})
	if err != nil {
		t.Fatal(err)
	}
	for f.Step() {
		if see != nil {
			see(f.Steps()-1, f)
		}
	}
	if f.Err() != nil {
		t.Fatal(f.Err())
	}
	return f
}

// TestConditionalGaussian_IsTheKalmanFilter: with nothing to draw one particle
// has the exact answer for tracking in the plane.
func TestConditionalGaussian_IsTheKalmanFilter(t *testing.T) {
	var p problems.LG4
	problems.Read(t, "lg4", &p)
	m, err := NewConditionalGaussian(ConditionalGaussian{
		Drawn: still{}, M0: p.Model.M0, P0: p.Model.P0, Observed: 2,
		Law: func(step *GaussianStep, _ *smc.Obs, _ []float64) {
			step.A, step.Q, step.C, step.R = p.Model.F, p.Model.Q, p.Model.H, p.Model.R
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	f := runOver(t, m, smc.Rows(p.Y), rng.NewKey(151), 1, func(step int, f *smc.Filter) {
		for d := range p.Model.M0 {
			check.Close(t, f.Mean(m.Mean(d)), p.Answers.FilterMean[step][d], check.Rel.Scaled(1), "mean", step, d)
			check.Close(t, f.Mean(m.Variance(d)), p.Answers.FilterVar[step][d][d], check.Rel.Scaled(1), "variance", step, d)
		}
		check.Close(t, f.LogEvidence(), p.Answers.LogLikT[step], check.Rel, "log evidence", step)
	})
	check.Close(t, f.LogEvidence(), p.Answers.LogLik, check.Rel)
}

// TestConditionalGaussian_CollapsesAsSwitchingDoes: the regimes model written
// with matrices has the weights of the one written for one state, and the
// enumerated evidence, missing observations included.
func TestConditionalGaussian_CollapsesAsSwitchingDoes(t *testing.T) {
	s := regimes(t)
	one := func(v float64) [][]float64 { return [][]float64{{v}} }
	steps := make([]GaussianStep, len(s.Regimes))
	for k, r := range s.Regimes {
		steps[k] = GaussianStep{A: one(r.A), B: []float64{r.B}, Q: one(r.Q * r.Q), C: one(r.C), D: []float64{r.D}, R: one(r.R * r.R)}
	}
	m, err := NewConditionalGaussian(ConditionalGaussian{
		Drawn: &FiniteHMM{Chain: s.Chain}, M0: []float64{s.M0}, P0: one(s.SD0 * s.SD0), Observed: 1,
		Law: func(step *GaussianStep, _ *smc.Obs, u []float64) { *step = steps[int(u[0])] },
	})
	if err != nil {
		t.Fatal(err)
	}
	data := smc.Series(switched)
	for r := range uint64(5) {
		key := rng.NewKey(152).Child("run", r)
		got := runOver(t, m, data, key, 100, nil).LogEvidence()
		check.Close(t, got, runOver(t, s.Collapsed(), data, key, 100, nil).LogEvidence(), check.Rel)
	}
}

// dependent is a chain whose moves depend on the drawn part, and whose
// emissions depend on both: with a finite drawn part all of it is one chain
// over pairs, which package hmm solves.
func dependent(t *testing.T) (m *HiddenChain, pairs *FiniteHMM) {
	t.Helper()
	outer := hmm.Model{Initial: []float64{0.3, 0.7}, Transition: [][]float64{{0.8, 0.2}, {0.3, 0.7}}}
	inner := hmm.Model{Initial: []float64{0.2, 0.5, 0.3}, Transition: [][]float64{{0.7, 0.2, 0.1}, {0.1, 0.8, 0.1}, {0.3, 0.3, 0.4}}}
	rows := func(u int) [][]float64 {
		if u == 0 {
			return inner.Transition
		}
		return [][]float64{{0.4, 0.3, 0.3}, {0, 0.5, 0.5}, {0.1, 0.6, 0.3}}
	}
	logEmission := func(y float64, u, s int) float64 { return logNormal(y, float64(s)-1.5*float64(u), 0.36) }
	m, err := NewHiddenChain(HiddenChain{
		Drawn: &FiniteHMM{Chain: outer}, Chain: inner,
		Transition: func(to [][]float64, _ *smc.Obs, u []float64) {
			for s, row := range rows(int(u[0])) {
				copy(to[s], row)
			}
		},
		LogEmission: func(dst []float64, o *smc.Obs, u []float64) {
			for s := range dst {
				dst[s] = logEmission(o.Y[0], int(u[0]), s)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	both := hmm.Model{Initial: make([]float64, 6), Transition: make([][]float64, 6)}
	for u := range 2 {
		for s := range 3 {
			both.Initial[3*u+s] = outer.Initial[u] * inner.Initial[s]
			row := make([]float64, 6)
			for v := range 2 {
				for r := range 3 {
					row[3*v+r] = outer.Transition[u][v] * rows(v)[s][r]
				}
			}
			both.Transition[3*u+s] = row
		}
	}
	pairs, err = NewFiniteHMM(both, func(dst []float64, o *smc.Obs) {
		for k := range dst {
			dst[k] = logEmission(o.Y[0], k/3, k%3)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return m, pairs
}

// TestHiddenChain_HasTheExactEvidence: unbiased, 4.5 standard errors of 300
// runs, probabilities of the states right to 4.5 standard errors, and with a
// smaller scatter than a filter that draws both chains.
func TestHiddenChain_HasTheExactEvidence(t *testing.T) {
	m, pairs := dependent(t)
	y := []float64{0.4, 1.9, -0.3, math.NaN(), 1.1, 0.2, -1.6, 2.2}
	data := smc.Series(y)
	emissions := make([][]float64, len(y))
	for i := range y {
		emissions[i] = make([]float64, 6)
		if !math.IsNaN(y[i]) {
			pairs.LogEmission(emissions[i], &data[i])
		}
	}
	exact, err := pairs.Chain.Filter(emissions)
	if err != nil {
		t.Fatal(err)
	}
	var scatter [2]float64
	for form, model := range []smc.Model{pairs, m} {
		const runs = 300
		ratios, state := make([]float64, runs), make([]float64, runs)
		for r := range ratios {
			f := runOver(t, model, data, rng.NewKey(153).Child("run", uint64(form), uint64(r)), 50, nil)
			ratios[r] = math.Exp(f.LogEvidence() - exact.Total())
			if form == 1 {
				state[r] = ratios[r] * f.Mean(m.State(2)) // weighted by the evidence it is unbiased
			}
		}
		mean, se := check.MeanError(ratios)
		check.Close(t, mean, 1, check.Z(4.5, se), "form", form)
		scatter[form] = se
		if form == 1 {
			last := exact.Prob[len(y)-1]
			mean, se = check.MeanError(state)
			check.Close(t, mean, last[2]+last[5], check.Z(4.5, se), "probability of the last state")
		}
	}
	if scatter[1] > 0.8*scatter[0] {
		t.Errorf("standard errors %v: the collapsed form should vary less", scatter)
	}
}

// TestHiddenChain_AloneIsExact: with nothing to draw one particle is the
// forward algorithm.
func TestHiddenChain_AloneIsExact(t *testing.T) {
	var p problems.HMM3
	problems.Read(t, "hmm3", &p)
	emission := GaussianEmission(p.Model.Mean, p.Model.SD)
	m, err := NewHiddenChain(HiddenChain{
		Drawn: still{}, Chain: hmm.Model{Initial: p.Model.Initial, Transition: p.Model.Transition},
		LogEmission: func(dst []float64, o *smc.Obs, _ []float64) { emission(dst, o) },
	})
	if err != nil {
		t.Fatal(err)
	}
	runOver(t, m, smc.Series(p.Y), rng.NewKey(154), 1, func(step int, f *smc.Filter) {
		check.Close(t, f.LogEvidence(), p.Answers.LogLikT[step], check.Rel, "log evidence", step)
		for s, want := range p.Answers.Filter[step] {
			check.Close(t, f.Mean(m.State(s)), want, check.Rel.Scaled(1), "state", step, s)
		}
	})
}

// TestCollapsed_NamesWhatIsWrong: missing parts, laws that are none, and an
// observation that a state gives an infinite density.
func TestCollapsed_NamesWhatIsWrong(t *testing.T) {
	law := func(step *GaussianStep, _ *smc.Obs, _ []float64) {}
	for _, c := range []ConditionalGaussian{
		{}, {Drawn: still{}, Law: law, M0: []float64{0}}, {Drawn: still{}, Law: law, M0: []float64{0}, Observed: 1},
		{Drawn: still{}, Law: law, M0: []float64{0}, P0: [][]float64{{-1}}, Observed: 1},
	} {
		if _, err := NewConditionalGaussian(c); err == nil {
			t.Errorf("%+v passes", c)
		}
	}
	chain := hmm.Model{Initial: []float64{1}, Transition: [][]float64{{1}}}
	emission := func(dst []float64, _ *smc.Obs, _ []float64) { dst[0] = math.NaN() }
	for _, h := range []HiddenChain{{}, {Drawn: still{}, Chain: chain}, {Drawn: still{}, LogEmission: emission}} {
		if _, err := NewHiddenChain(h); err == nil {
			t.Errorf("%+v passes", h)
		}
	}
	// Laws of variance 0 have no density; a NaN is named with its particle.
	singular, err := NewConditionalGaussian(ConditionalGaussian{Drawn: still{}, Law: law, M0: []float64{0}, P0: [][]float64{{1}}, Observed: 1})
	if err != nil {
		t.Fatal(err)
	}
	broken, err := NewHiddenChain(HiddenChain{Drawn: still{}, Chain: chain, LogEmission: emission})
	if err != nil {
		t.Fatal(err)
	}
	for want, m := range map[string]smc.Model{"particle 0: the covariance of the observed numbers": singular, "particle 0: the log density of an observation is NaN": broken} {
		f, err := smc.NewFilter(smc.Bootstrap(m, smc.Series([]float64{1})), rng.NewKey(1), smc.Options{Particles: 3})
		if err != nil {
			t.Fatal(err)
		}
		if f.Step() || !strings.Contains(f.Err().Error(), want) {
			t.Errorf("error %v, want %q", f.Err(), want)
		}
	}
	if f, _ := smc.NewFilter(smc.Bootstrap(singular, smc.Rows([][]float64{{1, 2}})), rng.NewKey(1), smc.Options{Particles: 3}); f.Step() {
		t.Error("no error for two numbers where one is observed")
	}
}

// TestConditionalGaussian_EmitsItsObservations: draws of the next observation
// have the mean and variance of the collapsed law, 4.5 standard errors.
func TestConditionalGaussian_EmitsItsObservations(t *testing.T) {
	m, err := NewConditionalGaussian(ConditionalGaussian{
		Drawn: still{}, M0: []float64{1, -1}, P0: [][]float64{{2, 0.5}, {0.5, 1}}, Observed: 2,
		Law: func(step *GaussianStep, _ *smc.Obs, _ []float64) {
			step.C[1][0], step.C[1][1], step.D[1], step.R[0][0], step.R[1][1] = 1, 2, 0.5, 1, 0.25
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	const n = 20000
	p := &smc.Particles{X: make([][]float64, m.Dim())}
	for d := range p.X {
		p.X[d] = make([]float64, n)
	}
	src := rng.NewKey(155).Stream()
	o := &smc.Obs{Y: []float64{math.NaN(), math.NaN()}}
	if err := m.Init(src, o, p); err != nil {
		t.Fatal(err)
	}
	y := make([]float64, n)
	if err := m.Emit(y, 1, src, o, p); err != nil {
		t.Fatal(err)
	}
	mean, se := check.MeanError(y)
	check.Close(t, mean, 1-2+0.5, check.Z(4.5, se))
	const variance = 2 + 4*0.5 + 4*1 + 0.25
	check.Close(t, se*se*n, variance, check.Z(4.5, variance*math.Sqrt(2.0/n)))
}
