package models

import (
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
)

func standardReport() Report {
	return NegBinomialReport{Coordinate: NewCases, Fraction: 1, Floor: 0.1, Size: 10}
}

// TestSEIR_HasTheReferenceLikelihood compares the mean of 40 estimates at the
// truth with another program's, 4.5 standard errors of both.
func TestSEIR_HasTheReferenceLikelihood(t *testing.T) {
	var sets problems.SEIR
	problems.Read(t, "seir", &sets)
	var refs problems.References
	problems.Read(t, "reference_mc", &refs)
	for _, name := range []string{"smoke", "medium", "high-rejuv"} {
		set := sets.Sets[name]
		e := Epidemic{Population: float64(set.N), Infected: 5, Sigma: set.Truth.Sigma, Gamma: set.Truth.Gamma, BetaAt: set.BetaTrue, Report: standardReport()}
		if set.BetaTrue == nil {
			e.Beta = set.Truth.Beta.(float64)
		}
		m, err := e.SEIR()
		if err != nil {
			t.Fatal(err)
		}
		runs, particles := 40, 2000
		if testing.Short() {
			runs, particles = 10, 1000
		}
		target := smc.Bootstrap(m, smc.Series(set.Y))
		f, err := smc.NewFilter(target, rng.NewKey(0), smc.Options{Particles: particles, Threshold: 1})
		if err != nil {
			t.Fatal(err)
		}
		want := refs.LogLik[name]["loglik"].(float64)
		ratios := make([]float64, runs)
		for r := range ratios {
			f.Reset(target, rng.NewKey(51).Child(name, uint64(r)))
			for f.Step() {
			}
			if err := f.Err(); err != nil {
				t.Fatal(err)
			}
			ratios[r] = math.Exp(f.LogEvidence() - want)
		}
		mean, se := check.MeanError(ratios)
		check.Close(t, mean, 1, check.Z(4.5, math.Hypot(se, refs.LogLik[name]["se"].(float64))), name)
	}
}

// TestCompartments_KeepTheirTotals: nobody is lost, nothing is negative, and
// two paths out of a compartment share by their rates.
func TestCompartments_KeepTheirTotals(t *testing.T) {
	m, err := NewCompartments(Compartments{
		Names: []string{"a", "b", "c", "seen"}, Start: []float64{1000, 0, 0, 0}, MaxStep: 0.25,
		Flows:   []Flow{{From: 0, To: 1, Rate: 0.3, Count: Outside}, {From: 0, To: 2, Rate: 0.1, Count: 3}, {From: 1, To: 0, Rate: 0.05, Count: Outside}},
		Reports: []Report{PoissonReport{Coordinate: 3, Fraction: 0.5, Floor: 0.1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := particles(4, 20000)
	src := rng.NewKey(52).Stream()
	o := &smc.Obs{Elapsed: 1, Y: []float64{3}}
	if err := m.Init(src, o, p); err != nil {
		t.Fatal(err)
	}
	for i := range p.X[0] {
		if total := p.X[0][i] + p.X[1][i] + p.X[2][i]; total != 1000 || p.X[3][i] != p.X[2][i] || min(p.X[0][i], p.X[1][i], p.X[2][i]) < 0 {
			t.Fatalf("particle %d: %v %v %v %v", i, p.X[0][i], p.X[1][i], p.X[2][i], p.X[3][i])
		}
	}
	// The expectations follow the linear recursion of the four steps.
	a, b, c := 1000.0, 0.0, 0.0
	for range 4 {
		leave, back := a*-math.Expm1(-0.1), b*-math.Expm1(-0.0125)
		a, b, c = a-leave+back, b+0.75*leave-back, c+0.25*leave
	}
	for d, want := range []float64{a, b, c} {
		mean, se := check.MeanError(p.X[d])
		check.Close(t, mean, want, check.Z(4.5, se), m.Names[d])
	}
}

// TestReports_AreTheLawsOfTheirDraws sums the weights over all counts and
// compares the mean and variance of draws.
func TestReports_AreTheLawsOfTheirDraws(t *testing.T) {
	x := [][]float64{{7}}
	for name, c := range map[string]struct {
		report   Report
		variance float64
	}{
		"negative binomial": {NegBinomialReport{0, 0.5, 0.1, 4}, 3.6 + 3.6*3.6/4},
		"poisson":           {PoissonReport{0, 0.5, 0.1}, 3.6},
	} {
		sum, mean, square := 0.0, 0.0, 0.0
		for y := 0.0; y < 300; y++ {
			var dst [1]float64
			if err := c.report.AddLogWeight(dst[:], y, x); err != nil {
				t.Fatal(err)
			}
			sum += math.Exp(dst[0])
			mean += y * math.Exp(dst[0])
			square += y * y * math.Exp(dst[0])
		}
		check.Close(t, sum, 1, check.Rel, name)
		check.Close(t, mean, 3.6, check.Rel, name)
		check.Close(t, square-mean*mean, c.variance, check.Rel, name)
		draws := make([]float64, 20000)
		many := make([]float64, len(draws))
		for i := range many {
			many[i] = 7
		}
		c.report.Draw(draws, rng.NewKey(53).Child(name).Stream(), [][]float64{many})
		got, se := check.MeanError(draws)
		check.Close(t, got, 3.6, check.Z(4.5, se), name)
		for _, y := range []float64{-1, 1.5, math.Inf(1)} {
			if c.report.AddLogWeight(make([]float64, 1), y, x) == nil {
				t.Errorf("%s: %v passes for a count", name, y)
			}
		}
	}
	// With nothing to report, 0 is certain and everything else impossible.
	var dst [1]float64
	if err := (PoissonReport{0, 1, 0}).AddLogWeight(dst[:], 0, [][]float64{{0}}); err != nil || dst[0] != 0 {
		t.Errorf("log weight %v, %v of nothing, want 0", dst[0], err)
	}
}

func TestEpidemics_WanderAndReturn(t *testing.T) {
	e := Epidemic{Population: 1000, Infected: 10, Beta: 0.5, BetaSD: 0.2, Sigma: 0.3, Gamma: 0.1, Report: standardReport()}
	for name, build := range map[string]func() (*Compartments, error){
		"SEIR": e.SEIR, "SIR": e.SIR, "SIRS": func() (*Compartments, error) { return e.SIRS(0.05, 0.001) },
	} {
		m, err := build()
		if err != nil {
			t.Fatal(err)
		}
		f, err := smc.NewFilter(smc.Bootstrap(m, smc.Series([]float64{3, math.NaN(), 4, 2})), rng.NewKey(54).Child(name), smc.Options{Particles: 4000, Threshold: -1})
		if err != nil {
			t.Fatal(err)
		}
		f.Step()
		mean, se := check.MeanError(f.X(5))
		check.Close(t, mean, math.Log(0.5), check.Z(4.5, se), name)
		for f.Step() {
		}
		if f.Err() != nil {
			t.Error(name, f.Err())
		}
		for i := range f.X(0) {
			if total := f.X(0)[i] + f.X(1)[i] + f.X(2)[i] + f.X(3)[i]; total != 1000 {
				t.Fatalf("%s: %v heads", name, total)
			}
		}
	}
}

func TestCompartments_NameWhatDoesNotFit(t *testing.T) {
	good := func() Compartments {
		return Compartments{Names: []string{"a", "b"}, Start: []float64{3, 0}, Flows: []Flow{{From: 0, To: 1, Rate: 1, Count: Outside}}, Reports: []Report{PoissonReport{}}}
	}
	for name, spoil := range map[string]func(c *Compartments){
		"start": func(c *Compartments) { c.Start = nil }, "step": func(c *Compartments) { c.MaxStep = -1 },
		"end": func(c *Compartments) { c.Flows[0].To = 5 }, "loop": func(c *Compartments) { c.Flows[0].To = 0 },
		"rate": func(c *Compartments) { c.Flows[0].Rate = math.NaN() }, "half": func(c *Compartments) { c.Start[0] = 0.5 },
		"walk": func(c *Compartments) { c.Walks = []Walk{{9, 1}} },
	} {
		c := good()
		spoil(&c)
		if _, err := NewCompartments(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	m, err := NewCompartments(good())
	if err != nil {
		t.Fatal(err)
	}
	p := particles(2, 1)
	if m.Init(rng.NewKey(1).Stream(), &smc.Obs{}, p) == nil {
		t.Error("no error for times that do not increase")
	}
	if m.LogWeight(make([]float64, 1), &smc.Obs{Y: []float64{-3}}, p) == nil || m.LogWeight(make([]float64, 1), &smc.Obs{}, p) == nil {
		t.Error("no error for a negative count or a missing column")
	}
	if _, err := (Epidemic{Population: 10, Infected: 11, Report: standardReport()}).SEIR(); err == nil {
		t.Error("no error for more infected than there are")
	}
	if _, err := (Epidemic{Population: 10, Infected: 1}).SIR(); err == nil {
		t.Error("no error for missing reports")
	}
}

// BenchmarkSEIR reports nanoseconds per particle and step of a bootstrap filter
// with exact binomials, over the course of an epidemic in 50,000 heads.
func BenchmarkSEIR(b *testing.B) {
	m, err := Epidemic{Population: 50000, Infected: 5, Beta: 0.3, Sigma: 0.2, Gamma: 0.1, Report: standardReport()}.SEIR()
	if err != nil {
		b.Fatal(err)
	}
	y := make([]float64, 200)
	p := particles(5, 1)
	q := particles(5, 1)
	src := rng.NewKey(8).Stream()
	for i := range y {
		o := &smc.Obs{Index: i, Elapsed: 1}
		if i == 0 {
			_ = m.Init(src, o, p)
		} else {
			p.Prev, q.Prev = nil, p.X
			_ = m.Move(src, o, q)
			p, q = q, p
			q.X = [][]float64{{0}, {0}, {0}, {0}, {0}}
		}
		_ = m.Emit(y[i:i+1], 0, src, o, p)
	}
	for _, n := range []int{100, 200, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			target := smc.Bootstrap(m, smc.Series(y))
			f, err := smc.NewFilter(target, rng.NewKey(1), smc.Options{Particles: n, Threshold: 1})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				f.Reset(target, rng.NewKey(1))
				for f.Step() {
				}
				if f.Err() != nil {
					b.Fatal(f.Err())
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n)/float64(len(y)), "ns/particle-step")
		})
	}
}
