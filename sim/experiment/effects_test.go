package experiment_test

import (
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/experiment"
)

// TestEffects_OfAFormula has models whose outcome is a formula of the factors plus
// noise that is the same at all points: effects come out without error.
func TestEffects_OfAFormula(t *testing.T) {
	points, err := experiment.Factorial(2, 3, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	var models []experiment.Model
	for _, p := range points {
		a, b, c := float64(p[0]), float64(p[1]), float64(p[2])
		models = append(models, func(s *sim.Simulation, replication int) error {
			noise := s.Source("noise", exponential(1))
			y := s.Tally("y")
			s.Record(y, 3*a+5*b-c+4*a*b+s.Draw(noise))
			if replication == 2 && a == 1 {
				s.Resource("r", -1) // this one fails, and is left out at all points
			}
			return nil
		})
	}
	results, err := experiment.Points(t.Context(), models, rng.NewKey(1), experiment.Options{Replications: 4, Until: sim.Until{Time: 1}})
	if err != nil {
		t.Fatal(err)
	}
	effects, err := experiment.Effects(points, results, "y")
	if err != nil {
		t.Fatal(err)
	}
	// The effect of a is 3 + 4 b, b being 1 in the mean, that of b from 0 to 2 is
	// 10 + 8 a, a being ½ in the mean; 3 + 8 and 3 differ by 8.
	want := []struct {
		factors []int
		mean    float64
	}{{[]int{0}, 7}, {[]int{1}, 12 + 2}, {[]int{2}, -1}, {[]int{0, 1}, 4}, {[]int{0, 2}, 0}, {[]int{1, 2}, 0}}
	for i, e := range effects {
		if i >= len(want) || !slices.Equal(e.Factors, want[i].factors) || math.Abs(e.Mean-want[i].mean) > 1e-12 || !(e.Half < 1e-12) {
			t.Errorf("effect %d is %+v, want %+v", i, e, want)
		}
	}
	if len(effects) != len(want) {
		t.Errorf("%d effects, want %d", len(effects), len(want))
	}
	if _, err := experiment.Effects(points, results, "z"); err == nil {
		t.Error("no error for an outcome that is not there")
	}
}
