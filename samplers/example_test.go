package samplers_test

import (
	"context"
	"fmt"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/stream"
)

// line is a log density written by hand: x ~ Normal(3, 2).
type line struct{}

func (line) Dim() int { return 1 }

func (line) LogDensityGrad(grad, q []float64) (float64, error) {
	z := (q[0] - 3) / 2
	grad[0] = -z / 2
	return -0.5 * z * z, nil
}

// Any value with Dim and LogDensityGrad can be sampled.
func ExampleRun() {
	problem := samplers.Direct("x", 1, func(chain int) (samplers.LogDensity, error) { return line{}, nil })
	options := samplers.DefaultOptions()
	sink := stream.NewMemory()
	report, err := samplers.Run(context.Background(), problem, rng.NewKey(1), options, sink)
	if err != nil {
		fmt.Println(err)
		return
	}
	sum, n := 0.0, 0
	for _, chain := range sink.Sampling.Column(0) {
		for _, x := range chain {
			sum += x
			n++
		}
	}
	fmt.Printf("%d chains, %d draws, mean %.1f, failed %d\n", len(report.Chains), n, sum/float64(n), len(report.Failed()))
	// Output: 4 chains, 4000 draws, mean 3.0, failed 0
}
