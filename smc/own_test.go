package smc_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/hmm"
	"github.com/quatre-ppl/quatre/smc/kalman"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/resample"
)

// TestEvidence_AgreesWithKalmanAndForward needs no collection of problems: the
// exact answers come from the packages that compute them. 4.5 standard errors.
func TestEvidence_AgreesWithKalmanAndForward(t *testing.T) {
	one := func(v float64) *mat.Dense { return mat.NewDense(1, 1, []float64{v}) }
	y := []float64{0.3, -0.4, 1.2, 2.1, 1.4, math.NaN(), 0.2, -1.1}
	rows := make([][]float64, len(y))
	for i := range y {
		rows[i] = y[i : i+1]
	}
	steps, err := (&kalman.Model{F: one(0.9), Q: one(0.25), H: one(1), R: one(1), M0: []float64{0}, P0: one(1)}).Filter(rows)
	if err != nil {
		t.Fatal(err)
	}
	chain := hmm.Model{Initial: []float64{0.5, 0.3, 0.2}, Transition: [][]float64{{0.9, 0.07, 0.03}, {0.05, 0.9, 0.05}, {0.04, 0.16, 0.8}}}
	emit := models.GaussianEmission([]float64{-1, 0, 1.5}, []float64{1, 0.6, 1.2})
	finite, err := models.NewFiniteHMM(chain, emit)
	if err != nil {
		t.Fatal(err)
	}
	emissions := make([][]float64, len(y))
	for i, o := range smc.Series(y) {
		emissions[i] = make([]float64, 3)
		if !o.Missing() {
			emit(emissions[i], &o)
		}
	}
	forward, err := chain.Filter(emissions)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		model    smc.Model
		evidence float64
	}{
		"linear": {lg1(t), kalman.LogLikelihood(steps)}, "guided": {optimal(t, lg1(t)), kalman.LogLikelihood(steps)}, "finite": {finite, forward.Total()},
	} {
		target := smc.Bootstrap(c.model, smc.Series(y))
		for _, o := range []smc.Options{
			{Particles: 100, Threshold: 1}, {Particles: 100}, {Particles: 100, Sort: true}, {Particles: 100, Resampling: resample.SSP, Threshold: 0.8},
		} {
			f, err := smc.NewFilter(target, rng.NewKey(0), o)
			if err != nil {
				t.Fatal(err)
			}
			ratios := make([]float64, 500)
			for r := range ratios {
				f.Reset(target, rng.NewKey(26).Child(name, uint64(r)))
				run(t, f)
				ratios[r] = math.Exp(f.LogEvidence() - c.evidence)
			}
			mean, se := check.MeanError(ratios)
			check.Close(t, mean, 1, check.Z(4.5, se), name, o.Resampling, o.Threshold, o.Sort)
		}
	}
}

// TestUndo_TakesBackAStep: after a step and its undoing everything goes on as
// without them.
func TestUndo_TakesBackAStep(t *testing.T) {
	y := []float64{0.3, -0.4, 1.2, 2.1, 1.4, 0.2}
	target := smc.Bootstrap(lg1(t), smc.Series(y))
	open := func() *smc.Filter {
		f, err := smc.NewFilter(target, rng.NewKey(27), smc.Options{Particles: 64})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	plain, undone := open(), open()
	run(t, plain)
	for undone.Step() {
		before := undone.Steps()
		if before < len(y) && undone.Step() {
			undone.Undo()
		}
		if undone.Steps() != before {
			t.Fatalf("%d steps after undoing, want %d", undone.Steps(), before)
		}
	}
	check.Close(t, undone.LogEvidence(), plain.LogEvidence(), check.Exact)
	check.CloseSlice(t, undone.X(0), plain.X(0), check.Exact)
	check.Panics(t, "smc: Undo", func() { undone.Undo(); undone.Undo() })
}

// TestState_GoesOnToTheSameBits saves a filter half way into another one; and
// starts one of another size from it, whose evidence must be that of the rest,
// 5 standard errors.
func TestState_GoesOnToTheSameBits(t *testing.T) {
	y := []float64{0.3, -0.4, 1.2, 2.1, 1.4, 0.2}
	target := smc.Bootstrap(lg1(t), smc.Series(y))
	open := func(n int) *smc.Filter {
		f, err := smc.NewFilter(target, rng.NewKey(28), smc.Options{Particles: n})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f, g := open(5000), open(5000)
	for range 3 {
		f.Step()
	}
	var s smc.State
	f.Save(&s)
	half := f.LogEvidence()
	if err := g.Load(&s); err != nil {
		t.Fatal(err)
	}
	run(t, f)
	run(t, g)
	check.Close(t, g.LogEvidence(), f.LogEvidence(), check.Exact)
	check.CloseSlice(t, g.X(0), f.X(0), check.Exact)
	rest := open(7000)
	if err := rest.Start(&s, rng.NewKey(29).Stream()); err != nil {
		t.Fatal(err)
	}
	check.Close(t, rest.LogEvidence(), 0, check.Exact)
	run(t, rest)
	check.Close(t, rest.LogEvidence(), f.LogEvidence()-half, check.Z(5, 0.03))
	if err := open(10).Load(&s); err == nil {
		t.Error("no error for a state of another size")
	}
}
