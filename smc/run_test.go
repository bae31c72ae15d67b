package smc_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/stream"
)

// Example filters a short series with a model of volatility.
func Example() {
	model := &models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}
	y := []float64{0.3, -1.2, 0.8, 0.1}
	f, err := smc.NewFilter(smc.Bootstrap(model, smc.Series(y)), rng.NewKey(1), smc.Options{Particles: 1000})
	if err != nil {
		panic(err)
	}
	for f.Step() {
		fmt.Printf("%d: %.2f ± %.2f\n", f.Steps(), f.Mean(0), f.SD(0))
	}
	if f.Err() != nil {
		panic(f.Err())
	}
	fmt.Printf("log evidence %.2f\n", f.LogEvidence())
	// Output:
	// 1: -1.13 ± 0.61
	// 2: -0.71 ± 0.49
	// 3: -0.67 ± 0.48
	// 4: -0.81 ± 0.48
	// log evidence -4.88
}

// TestRun_SendsARowAStep compares rows with the filter itself.
func TestRun_SendsARowAStep(t *testing.T) {
	target := smc.Bootstrap(&models.StochasticVolatility{Mu: -1, Phi: 0.95, Sigma: 0.2}, smc.Series([]float64{0.3, -1.2, 0.8}))
	open := func() *smc.Filter {
		f, err := smc.NewFilter(target, rng.NewKey(1), smc.Options{Particles: 400})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	memory := stream.NewMemory()
	if err := smc.Run(context.Background(), open(), memory, append(smc.Means("h"), smc.Quantiles("band", 0, 0.1, 0.9))...); err != nil {
		t.Fatal(err)
	}
	f := open()
	for i := 0; f.Step(); i++ {
		values, stats := memory.Sampling.Row(0, i)
		check.Close(t, values[0], f.Mean(0), check.Exact)
		check.Close(t, stats[0], f.LogEvidence(), check.Exact)
		below := 0.0
		for k, x := range f.X(0) {
			if x <= values[1] {
				below += f.Weights()[k] / f.WeightSum()
			}
		}
		if !(below >= 0.1 && below < 0.11 && values[1] < values[2]) {
			t.Errorf("a weight of %v below the first quantile, quantiles %v", below, values[1:])
		}
	}
	if memory.Sampling.Len(0) != 3 {
		t.Errorf("%d rows, want 3", memory.Sampling.Len(0))
	}
}
