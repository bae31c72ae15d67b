package models

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// TestGuidedEpidemic_HasTheSameEvidence compares the guided filter of an
// epidemic with the plain one: the same mean of the evidence over 60 runs, 4.5
// standard errors (a false alarm with probability 3e-5), and no larger variance
// where reports are exact, beyond the quantile of F(59, 59) for 1e-5.
func TestGuidedEpidemic_HasTheSameEvidence(t *testing.T) {
	y := []float64{2, 1, 3, math.NaN(), 4, 3, 6, 5, 9, 12, 11, 17, 20, 25, 22}
	m, err := Epidemic{
		Population: 2000, Infected: 5, Beta: 0.6, Sigma: 0.3, Gamma: 0.2, Report: NegBinomialReport{Coordinate: NewCases, Fraction: 1, Floor: 0.1, Size: 200},
	}.SEIR()
	if err != nil {
		t.Fatal(err)
	}
	guided, err := m.Guided()
	if err != nil {
		t.Fatal(err)
	}
	const runs = 60
	logs := map[bool][]float64{}
	for _, guide := range []bool{false, true} {
		model := smc.Model(m)
		if guide {
			model = guided
		}
		for r := range runs {
			f, err := smc.NewFilter(smc.Bootstrap(model, smc.Series(y)), rng.NewKey(57).Child("run", uint64(r)), smc.Options{Particles: 600})
			if err != nil {
				t.Fatal(err)
			}
			for f.Step() {
			}
			if f.Err() != nil {
				t.Fatal(f.Err())
			}
			for i := range f.N() {
				if total := f.X(0)[i] + f.X(1)[i] + f.X(2)[i] + f.X(3)[i]; total != 2000 || min(f.X(1)[i], f.X(2)[i]) < 0 {
					t.Fatalf("%v heads, %v exposed", total, f.X(1)[i])
				}
			}
			logs[guide] = append(logs[guide], f.LogEvidence())
		}
	}
	ratio := func(x []float64) (mean, se float64) {
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = math.Exp(v - logs[false][0])
		}
		return check.MeanError(out)
	}
	plain, plainSE := ratio(logs[false])
	other, otherSE := ratio(logs[true])
	check.Close(t, other/plain, 1, check.Z(4.5, math.Hypot(plainSE, otherSE)/plain), "evidence")
	_, a := check.MeanError(logs[false])
	_, b := check.MeanError(logs[true])
	if b*b > 3.2*a*a {
		t.Errorf("the variance of the log evidence is %v with guidance, %v without", b*b*runs, a*a*runs)
	}
	t.Logf("standard deviations %.3f without, %.3f with guidance", a*math.Sqrt(runs), b*math.Sqrt(runs))
}

func TestGuided_NamesWhatItCannotGuide(t *testing.T) {
	sir, err := Epidemic{Population: 100, Infected: 5, Beta: 0.6, Gamma: 0.2, Report: standardReport()}.SIR()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sir.Guided(); err == nil {
		t.Error("a flow whose rate depends on the state passes")
	}
}
