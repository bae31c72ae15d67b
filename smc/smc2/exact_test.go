package smc2_test

import (
	"context"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/smc2"
	"github.com/quatre-ppl/quatre/stream"
)

// exactly returns log evidence and posterior means of the autoregression by
// quadrature over its two parameters with the Kalman filter.
func exactly(y []float64) (logEvidence, phi, q float64) {
	const cells = 160
	total, sums, offset := 0.0, [2]float64{}, 0.0
	for i := range cells {
		for j := range cells {
			a, v := -1+2*(float64(i)+0.5)/cells, 4*(float64(j)+0.5)/cells
			logp := math.Log(0.5) + math.Log(16*v) - 4*v // uniform, and Gamma(2, 4)
			mean, variance := 0.0, 1.0
			for t, x := range y {
				if t > 0 {
					mean, variance = a*mean, a*a*variance+v
				}
				s := variance + 0.3
				logp -= 0.5 * (math.Log(2*math.Pi*s) + (x-mean)*(x-mean)/s)
				gain := variance / s
				mean, variance = mean+gain*(x-mean), variance*(1-gain)
			}
			if offset == 0 {
				offset = logp
			}
			p := math.Exp(logp-offset) * (2.0 / cells) * (4.0 / cells)
			total += p
			sums[0] += p * a
			sums[1] += p * v
		}
	}
	return math.Log(total) + offset, sums[0] / total, sums[1] / total
}

// TestSMC2_HasTheExactAnswer compares evidence and posterior means over runs
// with quadrature, 5 standard errors (Student's t), with few states, which add
// noise but no bias, and with a window that never closes.
func TestSMC2_HasTheExactAnswer(t *testing.T) {
	y := simulated(30)
	logEvidence, phi, q := exactly(y)
	runs := 12
	if testing.Short() {
		runs = 6
	}
	for name, o := range map[string]smc2.Options{
		"few states": {Theta: 150, States: 12, MaxStates: 12}, "growing": {Theta: 150, States: 6, Variance: 0.2}, "wide window": {Theta: 150, States: 20, Window: 100},
	} {
		ratios, first, second := make([]float64, runs), make([]float64, runs), make([]float64, runs)
		for r := range runs {
			s, err := smc2.New(autoregression(), rng.NewKey(89).Child(name, uint64(r)), o)
			if err != nil {
				t.Fatal(err)
			}
			observe(t, s, y)
			ratios[r], first[r], second[r] = math.Exp(s.LogEvidence()-logEvidence), s.Mean(0), s.Mean(1)
		}
		tolerance := 5.0
		if testing.Short() {
			tolerance = 9
		}
		mean, se := check.MeanError(ratios)
		check.Close(t, mean, 1, check.Z(tolerance, se), name, "evidence")
		mean, se = check.MeanError(first)
		check.Close(t, mean, phi, check.Z(tolerance, se), name, "phi")
		mean, se = check.MeanError(second)
		check.Close(t, mean, q, check.Z(tolerance, se), name, "q")
	}
}

// TestRun_SendsARowAnObservation compares the last row with the sampler.
func TestRun_SendsARowAnObservation(t *testing.T) {
	memory := stream.NewMemory()
	y := simulated(12)
	s, err := smc2.Run(context.Background(), autoregression(), smc.Series(y), rng.NewKey(90), smc2.Options{Theta: 20, States: 10}, memory)
	if err != nil {
		t.Fatal(err)
	}
	if memory.Sampling.Len(0) != len(y) {
		t.Fatalf("%d rows, want %d", memory.Sampling.Len(0), len(y))
	}
	values, stats := memory.Sampling.Row(0, len(y)-1)
	check.Close(t, values[0], s.Mean(0), check.Exact)
	check.Close(t, values[5], s.SD(1), check.Exact)
	check.Close(t, stats[0], s.LogEvidence(), check.Exact)
	if !(values[2] <= values[0] && values[0] <= values[3]) {
		t.Errorf("mean %v outside of its interval %v to %v", values[0], values[2], values[3])
	}
	bad := smc.Series([]float64{1, 2})
	bad[1].Time = 0.5
	if s, err = smc2.Run(context.Background(), autoregression(), bad, rng.NewKey(90), smc2.Options{Theta: 20, States: 10}, memory); err == nil || s.Steps() != 1 {
		t.Errorf("error %v for times out of order", err)
	}
}
