package models_test

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/models"
)

// An epidemic in 5000 heads, seen through daily counts of cases of which one
// is missing.
func ExampleEpidemic() {
	model, err := models.Epidemic{
		Population: 5000, Infected: 5, Beta: 0.4, Sigma: 0.25, Gamma: 0.15,
		Report: models.NegBinomialReport{Coordinate: models.NewCases, Fraction: 1, Floor: 0.1, Size: 10},
	}.SEIR()
	if err != nil {
		panic(err)
	}
	cases := []float64{1, 2, 1, math.NaN(), 3, 4}
	f, err := smc.NewFilter(smc.Bootstrap(model, smc.Series(cases)), rng.NewKey(1), smc.Options{Particles: 5000})
	if err != nil {
		panic(err)
	}
	for f.Step() {
	}
	fmt.Printf("infectious on day %d: %.1f ± %.1f\n", f.Steps(), f.Mean(2), f.SD(2))
	// Output: infectious on day 6: 6.0 ± 1.8
}

// growth is a model of one's own: three functions over slices.
type growth struct{}

func (growth) Dim() int { return 1 }

func (growth) Init(src *rng.Stream, _ *smc.Obs, p *smc.Particles) error {
	src.FillNormal(p.X[0])
	return nil
}

func (growth) Move(src *rng.Stream, o *smc.Obs, p *smc.Particles) error {
	src.FillNormal(p.X[0])
	for i, x := range p.Prev[0] {
		p.X[0][i] += 0.5*x + 25*x/(1+x*x) + 8*math.Cos(1.2*o.Time)
	}
	return nil
}

func (growth) LogWeight(dst []float64, o *smc.Obs, p *smc.Particles) error {
	for i, x := range p.X[0] {
		e := o.Y[0] - x*x/20
		dst[i] = -e * e / 2
	}
	return nil
}

func Example_ownModel() {
	y := []float64{0.1, 5.2, 3.1, 0.4, 8.8, 4.5}
	f, err := smc.NewFilter(smc.Bootstrap(growth{}, smc.Series(y)), rng.NewKey(2), smc.Options{Particles: 2000})
	if err != nil {
		panic(err)
	}
	for f.Step() {
	}
	fmt.Println(f.Steps(), f.Err())
	// Output: 6 <nil>
}
