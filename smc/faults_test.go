package smc_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/models"
)

// faulty is a model that goes wrong as told.
type faulty struct {
	models.StochasticVolatility
	weight func(i int) float64
	move   func(p *smc.Particles)
}

func (m *faulty) Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	if err := m.StochasticVolatility.Move(src, o, p); err != nil {
		return err
	}
	if m.move != nil {
		m.move(p)
	}
	return nil
}

func (m *faulty) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	if err := m.StochasticVolatility.LogWeight(dst, o, p); err != nil {
		return err
	}
	if m.weight != nil && o.Index == 3 {
		for i := range dst {
			dst[i] += m.weight(i)
		}
	}
	return nil
}

// TestFilter_StandsBeforeABadObservation: each fault is named with its place,
// and the filter goes on from where it was as if nothing had happened.
func TestFilter_StandsBeforeABadObservation(t *testing.T) {
	y := []float64{0.3, -1, 0.2, 0.1, 2, -0.7}
	clean := smc.Bootstrap(&models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}, smc.Series(y))
	o := smc.Options{Particles: 50}
	whole, err := smc.NewFilter(clean, rng.NewKey(6), o)
	if err != nil {
		t.Fatal(err)
	}
	run(t, whole)
	for name, c := range map[string]struct {
		fault faulty
		want  string
		is    error
	}{
		"all vanish": {faulty{weight: func(int) float64 { return math.Inf(-1) }}, "observation 4: all 50 particles have weight 0", nil},
		"NaN":        {faulty{weight: func(i int) float64 { return math.Log(-1 - float64(i)) }}, "observation 4: the log weight of particle 0 is NaN", smc.ErrWeight},
		"+Inf":       {faulty{weight: func(i int) float64 { return math.Inf(1) }}, "observation 4: particle 0 or another has log weight +Inf", smc.ErrWeight},
		"panic":      {faulty{weight: func(i int) float64 { panic("oops") }}, "observation 4: panic: oops", nil},
		"length":     {faulty{move: func(p *smc.Particles) { p.X[0] = p.X[0][:1] }}, "observation 2: the model replaced", smc.ErrState},
		"other":      {faulty{move: func(p *smc.Particles) { p.X[0] = make([]float64, 50) }}, "observation 2: the model replaced", smc.ErrState},
	} {
		c.fault.StochasticVolatility = models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}
		fault := c.fault
		f, err := smc.NewFilter(smc.Bootstrap(&fault, smc.Series(y)), rng.NewKey(6), o)
		if err != nil {
			t.Fatal(err)
		}
		for f.Step() {
		}
		if f.Err() == nil || !strings.Contains(f.Err().Error(), c.want) || c.is != nil && !errors.Is(f.Err(), c.is) {
			t.Errorf("%s: error %v, want %q", name, f.Err(), c.want)
		}
		fault.weight, fault.move = nil, nil
		f.Retry()
		run(t, f)
		check.Close(t, f.LogEvidence(), whole.LogEvidence(), check.Exact, name)
		check.CloseSlice(t, f.X(0), whole.X(0), check.Exact, name)
	}
}

func TestCollapse_IsAnErrorOfItsOwn(t *testing.T) {
	fault := &faulty{weight: func(int) float64 { return math.Inf(-1) }}
	fault.StochasticVolatility = models.StochasticVolatility{Phi: 0.5, Sigma: 1}
	f, err := smc.NewFilter(smc.Bootstrap(fault, smc.Series(make([]float64, 9))), rng.NewKey(1), smc.Options{Particles: 5})
	if err != nil {
		t.Fatal(err)
	}
	for f.Step() {
	}
	var collapse *smc.CollapseError
	if !errors.As(f.Err(), &collapse) || collapse.Observation != 4 || collapse.Particles != 5 {
		t.Errorf("error %v, want a collapse of 5 particles at observation 4", f.Err())
	}
}

func TestOptions_OutOfRangeAreNamed(t *testing.T) {
	target := smc.Bootstrap(&models.StochasticVolatility{}, nil)
	for want, o := range map[string]smc.Options{
		"Particles": {}, "Threshold": {Particles: 1, Threshold: 2}, "Workers": {Particles: 1, Workers: -1},
	} {
		if _, err := smc.NewFilter(target, rng.NewKey(1), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
}

// TestMean_LeavesOutWhatHasNoWeight has a particle that runs away to where the observation is impossible.
func TestMean_LeavesOutWhatHasNoWeight(t *testing.T) {
	away := faulty{StochasticVolatility: models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}}
	away.move = func(p *smc.Particles) { p.X[0][3] = math.Inf(1) }
	away.weight = func(i int) float64 {
		if i == 3 {
			return math.Inf(-1)
		}
		return 0
	}
	f, err := smc.NewFilter(smc.Bootstrap(&away, smc.Series([]float64{0.3, math.NaN(), math.NaN(), -1})), rng.NewKey(6), smc.Options{Particles: 50})
	if err != nil {
		t.Fatal(err)
	}
	run(t, f)
	if mean, sd := f.Mean(0), f.SD(0); !(math.Abs(mean) < 3 && sd > 0.1 && sd < 1) {
		t.Errorf("mean %v, standard deviation %v", mean, sd)
	}
}
