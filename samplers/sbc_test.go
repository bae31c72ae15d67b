package samplers

import (
	"math"
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/samplertest"
)

// simulated draws parameters from the prior of a hierarchy with five groups,
//
//	mu ~ Normal(0, 1), log tau ~ Normal(-0.5, 1), theta_j ~ Normal(mu, tau),
//
// and data y_j ~ Normal(theta_j, sd_j), and returns the posterior. Some groups
// have precise data, some hardly any.
func simulated(src *rng.Stream) (truth []float64, posterior func() *samplertest.Hierarchy) {
	sds := []float64{0.1, 0.3, 1, 3, 10}
	truth = []float64{src.Normal(), src.Normal() - 0.5}
	y := make([]float64, len(sds))
	var nodes []samplertest.Node
	for j, sd := range sds {
		theta := truth[0] + math.Exp(truth[1])*src.Normal()
		truth = append(truth, theta)
		y[j] = theta + sd*src.Normal()
		nodes = append(nodes, samplertest.Node{Coordinate: 2 + j, Location: 0, Scale: 1, Slope: 1, LogSlope: 1})
	}
	return truth, func() *samplertest.Hierarchy {
		return samplertest.NewHierarchy(2+len(sds), nodes, func(grad, v []float64) float64 {
			sum := samplertest.NormalPrior(grad, v, 0, 1) - 0.5*(v[1]+0.5)*(v[1]+0.5)
			grad[1] -= v[1] + 0.5
			for j, sd := range sds {
				u := (y[j] - v[2+j]) / sd
				sum -= 0.5 * u * u
				grad[2+j] += u / sd
			}
			return sum
		})
	}
}

// TestRun_CalibratedOnSimulatedData is simulation-based calibration (Talts et al.
// 2018) of the default adaptation, map and all: the rank of the parameter that
// made the data among draws of its posterior is uniform. 7 parameters, each at a
// level of 1e-5. QUATRE_SBC=1 makes it ten times as long.
func TestRun_CalibratedOnSimulatedData(t *testing.T) {
	replicates := 300
	if testing.Short() {
		replicates = 60
	}
	calibrated(t, 112, replicates, 5, simulated)
}

// simulatedWalk draws from the prior of a walk of second order, written centred or
// with standardized steps, data that see it through noise, and returns the
// posterior; see samplertest.SeenWalk.
func simulatedWalk(standardized bool) func(src *rng.Stream) ([]float64, func() *samplertest.Hierarchy) {
	return func(src *rng.Stream) (truth []float64, posterior func() *samplertest.Hierarchy) {
		const slope, further, noise = 1.1, -0.4, 0.3
		truth = []float64{0.5*src.Normal() - 1}
		before, last := 0.0, 0.0
		y := make([]float64, 6)
		for t := range y {
			u := src.Normal()
			before, last = last, slope*last+further*before+math.Exp(truth[0])*u
			y[t] = last + noise*src.Normal()
			if !standardized {
				u = last
			}
			truth = append(truth, u)
		}
		return truth, func() *samplertest.Hierarchy {
			return samplertest.SeenWalk(y, slope, further, noise, standardized)
		}
	}
}

// TestRun_CalibratedOnWalks is the same for walks of several lags. 7 parameters in
// two forms, each at a level of 1e-5.
func TestRun_CalibratedOnWalks(t *testing.T) {
	replicates := 100
	if testing.Short() {
		replicates = 30
	}
	calibrated(t, 113, replicates, 6, simulatedWalk(false))
	calibrated(t, 114, replicates, 6, simulatedWalk(true))
}

// calibrated compares the ranks of parameters that made data with a uniform
// distribution.
func calibrated(t *testing.T, seed uint64, replicates, latents int, simulate func(src *rng.Stream) ([]float64, func() *samplertest.Hierarchy)) {
	t.Helper()
	const bins, thin, parameters = 10, 10, 7
	if os.Getenv("QUATRE_SBC") != "" {
		replicates = 3000
	}
	o := quick(1, 1000, 99*thin)
	o.Thin = thin
	counts := make([][]int, parameters)
	for i := range counts {
		counts[i] = make([]int, bins)
	}
	for k := range replicates {
		truth, posterior := simulate(rng.NewKey(seed).Child("data", uint64(k)).Stream())
		sink, report := run(t, hierarchical(parameters, posterior), seed+uint64(k), o)
		if report.Chains[0].Placing.Latents != latents {
			t.Fatalf("coordinates %+v", report.Chains[0].Placing)
		}
		for i, x := range truth {
			rank := 0
			for _, draw := range sink.Sampling.Column(i)[0] {
				if draw < x {
					rank++
				}
			}
			counts[i][rank*bins/100]++
		}
	}
	expected := make([]float64, bins)
	for b := range expected {
		expected[b] = float64(replicates) / bins
	}
	for i, c := range counts {
		statistic, p := check.ChiSquare(c, expected)
		check.PValue(t, p, 1e-5, "seed", seed, "parameter", i, "ranks", c, "chi-square", statistic)
	}
}
