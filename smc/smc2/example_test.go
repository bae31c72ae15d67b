package smc2_test

import (
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/smc2"
)

// Parameters of an epidemic, learnt day by day, and a forecast.
func ExampleSampler() {
	family := prior.Family{
		Space: prior.Space{{Name: "beta", Law: prior.Uniform{Low: 0.05, High: 0.85}}, {Name: "gamma", Law: prior.Uniform{Low: 0.05, High: 0.30}}},
		Model: func(theta []float64) (smc.Model, error) {
			return models.Epidemic{
				Population: 2000, Infected: 5, Beta: theta[0], Gamma: theta[1],
				Report: models.PoissonReport{Coordinate: models.NewCases, Fraction: 1, Floor: 0.1},
			}.SIR()
		},
	}
	s, err := smc2.New(family, rng.NewKey(1), smc2.Options{Theta: 100, States: 50, Window: 10})
	if err != nil {
		panic(err)
	}
	for _, cases := range []float64{2, 1, 3, 4, 3, 6, 5, 9, 12, 11, 17, 20} {
		if err := s.Observe(smc.Obs{Y: []float64{cases}}); err != nil {
			panic(err)
		}
	}
	tomorrow, err := s.Forecast(make([]smc.Obs, 1), 1000)
	if err != nil {
		panic(err)
	}
	band := smc.Band(tomorrow[0][0], 0.05, 0.95)
	fmt.Printf("beta %.1f ± %.1f, tomorrow %.0f to %.0f cases\n", s.Mean(0), s.SD(0), band[0], band[1])
	// Output: beta 0.4 ± 0.1, tomorrow 12 to 39 cases
}
