package quatre_test

import (
	"context"
	"fmt"
	"log"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
)

func Example() {
	y := []float64{28, 8, -3, 7, -1, 1, 18, 12}
	sigma := []float64{15, 10, 16, 11, 9, 11, 10, 18}

	m := quatre.New("eight schools")
	mu := m.Param("mu", dist.Normal(0, 5))
	tau := m.Param("tau", dist.HalfNormal(5))
	z := m.Vector("z", 8, dist.Normal(0, 1))
	theta := m.Deterministic("theta", mu.Add(tau.Mul(z)))
	m.Observe("y", dist.Normal(theta, sigma), y)

	fit, err := quatre.Sample(context.Background(), m, quatre.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	draws, _ := fit.Draws.Value("mu")
	fmt.Printf("mu is about %.0f\n", diag.Mean(draws))
	// Output: mu is about 4
}

func ExampleSample_regression() {
	x := [][]float64{{1, 0.5}, {1, 1.5}, {1, 2.0}, {1, 3.5}, {1, 4.0}, {1, 5.5}}
	y := []float64{1.1, 2.9, 4.2, 7.1, 7.9, 11.0}

	m := quatre.New("regression")
	beta := m.Vector("beta", 2, dist.Normal(0, 10))
	sigma := m.Param("sigma", dist.Exponential(1))
	m.Observe("y", dist.Normal(expr.MulVec(m.Data("X", x), beta), sigma), y)

	fit, err := quatre.Sample(context.Background(), m, quatre.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	slope, _ := fit.Draws.Value("beta[2]")
	fmt.Printf("the slope is about %.0f\n", diag.Mean(slope))
	// Output: the slope is about 2
}
