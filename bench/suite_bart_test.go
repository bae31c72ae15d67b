package bench

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
)

// TestGenerate_GivesThePeersRows compares with numbers that bench/peers/bart_cases.py made.
func TestGenerate_GivesThePeersRows(t *testing.T) {
	for _, c := range []struct {
		data                string
		columns             int
		x, y, fTest, yTests float64
	}{
		{"friedman1", 10, 0.49456457865850445, 13.267586187836066, 16.3808026578865, 15.345968742850513},
		{"friedman2", 4, 0.6507271910366413, 637.657358817599, 834.5406461099883, 800.8864856529465},
		{"california", 8, 4.79000344314654, 0.006121869600623434, 0.013652554810784751, 0.009568500400577095},
	} {
		p := bartParams{Data: c.data, Rows: 50, Columns: c.columns, Tests: 20}
		train, test, err := p.generate(3)
		if err != nil {
			t.Fatal(err)
		}
		for name, pair := range map[string][2]float64{
			"x": {train.Columns[2].Values[7], c.x}, "y": {train.Y[49], c.y}, "f": {test.f[19], c.fTest}, "y of the test": {test.Y[19], c.yTests},
		} {
			if math.Abs(pair[0]/pair[1]-1) > 1e-12 {
				t.Errorf("%s, %s: %v, want %v", c.data, name, pair[0], pair[1])
			}
		}
	}
	if _, _, err := (&bartParams{Data: "iris"}).generate(1); err == nil {
		t.Error("a generator that is not there")
	}
}

// TestCRPS_IsTheIntegral compares with the integral of the squared difference of distribution
// functions, by the trapezoidal rule.
func TestCRPS_IsTheIntegral(t *testing.T) {
	centres, sd, y := []float64{0, 1, 3}, []float64{1, 0.5, 2}, 0.7
	want, step := 0.0, 1e-3
	for x := -20.0; x < 25; x += step {
		cdf := 0.0
		for k := range sd {
			cdf += elem.NormCDF((x-centres[k])/sd[k]) / 3
		}
		if x >= y {
			cdf--
		}
		want += cdf * cdf * step
	}
	if got := crps(y, centres, sd); math.Abs(got-want) > 1e-3 {
		t.Errorf("%v, want %v", got, want)
	}
}
