package models_test

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/models"
)

// TestCompartments_ShiftWholeIndividuals: the population stays the same, every
// compartment has a whole number of individuals, at least 0, and where none
// runs out each changes by its delta on average (4.5 standard errors).
func TestCompartments_ShiftWholeIndividuals(t *testing.T) {
	m, err := models.Epidemic{
		Population: 1000, Infected: 5, Beta: 0.4, BetaSD: 0.1, Sigma: 0.2, Gamma: 0.1,
		Report: models.PoissonReport{Coordinate: models.NewCases, Fraction: 1},
	}.SEIR()
	if err != nil {
		t.Fatal(err)
	}
	const n = 20000
	cloud := func(states ...float64) [][]float64 {
		x := make([][]float64, len(states))
		for d, v := range states {
			x[d] = make([]float64, n)
			for i := range x[d] {
				x[d][i] = v
			}
		}
		return x
	}
	for name, start := range map[string][]float64{"plenty": {500, 200, 200, 100, 7, -1}, "few": {996, 1, 2, 1, 7, -1}, "none": {0, 0, 0, 1000, 7, -1}} {
		x := cloud(start...)
		delta := []float64{-1.4, -2.3, 0.45, 3.25 + 1e-13, 5, 0.5}
		m.Shift(rng.NewKey(7).Stream(), x, delta)
		for i := range n {
			total := 0.0
			for k := range 4 {
				v := x[k][i]
				if v < 0 || v != math.Floor(v) {
					t.Fatalf("%s: %v individuals", name, v)
				}
				total += v
			}
			if total != 1000 {
				t.Fatalf("%s: %v individuals in all", name, total)
			}
		}
		check.Close(t, x[4][0], 7, check.Exact, "cases since the last observation")
		check.Close(t, x[5][0], -0.5, check.Exact, "log rate")
		if name != "plenty" {
			continue
		}
		for k := range 4 {
			mean, se := check.MeanError(x[k])
			check.Close(t, mean, start[k]+delta[k], check.Z(4.5, se), "compartment", k)
		}
	}
}

func TestAs_LooksThroughGuidance(t *testing.T) {
	m, err := models.NewLinearGaussian(models.LinearGaussianParameters{
		F: [][]float64{{1}}, Q: [][]float64{{1}}, H: [][]float64{{1}}, R: [][]float64{{1}}, M0: []float64{0}, P0: [][]float64{{1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	guided, err := m.Optimal()
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := smc.As[smc.Emitter](guided); !ok || got != smc.Emitter(m) {
		t.Errorf("the guided model's own emissions are not found")
	}
	if s, ok := smc.As[smc.Shifter](guided); !ok {
		t.Error("no shifts")
	} else {
		x := [][]float64{{1, 2}}
		s.Shift(nil, x, []float64{0.5})
		check.CloseSlice(t, x[0], []float64{1.5, 2.5}, check.Exact)
	}
}
