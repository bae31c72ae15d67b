package iterated_test

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/iterated"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/prior"
)

// diffusion has an unknown mean and noise.
func diffusion() prior.Family {
	return prior.Family{
		Space: prior.Space{{Name: "mean", Law: prior.Normal{Mu: 0, Sigma: 3}}, {Name: "noise", Law: prior.LogNormal{Mu: -1, Sigma: 1}}},
		Model: func(theta []float64) (smc.Model, error) {
			return &models.OrnsteinUhlenbeck{Mean: theta[0], Rate: 1, Sigma: 0.5, Noise: theta[1]}, nil
		},
	}
}

// logLikelihood is exact, by the Kalman filter.
func logLikelihood(mean0, noise float64, y []float64) float64 {
	sum, mean, variance := 0.0, mean0, 0.125
	remains := math.Exp(-1)
	for i, v := range y {
		if i > 0 {
			mean, variance = mean0+remains*(mean-mean0), remains*remains*variance+0.125*(1-remains*remains)
		}
		s := variance + noise*noise
		sum -= 0.5 * ((v-mean)*(v-mean)/s + math.Log(2*math.Pi*s))
		gain := variance / s
		mean, variance = mean+gain*(v-mean), variance*(1-gain)
	}
	return sum
}

// TestMaximise_FindsTheMaximum: from the prior, the estimate's exact log
// likelihood must be within 0.1 of the best on a grid; that is a 20th of what
// separates a 95 % confidence region.
func TestMaximise_FindsTheMaximum(t *testing.T) {
	src := rng.NewKey(121).Stream()
	y := make([]float64, 60)
	x := 2.0
	for i := range y {
		x = 2 + math.Exp(-1)*(x-2) + math.Sqrt(0.125*(1-math.Exp(-2)))*src.Normal()
		y[i] = x + 0.7*src.Normal()
	}
	best := math.Inf(-1)
	for mean := 1.0; mean < 3; mean += 0.02 {
		for noise := 0.2; noise < 2; noise += 0.02 {
			best = max(best, logLikelihood(mean, noise, y))
		}
	}
	iterations := 40
	if testing.Short() {
		iterations = 25
	}
	trace, err := iterated.Maximise(diffusion(), smc.Series(y), nil, rng.NewKey(122), iterated.Options{Particles: 300, Iterations: iterations, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	last := trace[len(trace)-1].Theta
	if got := logLikelihood(last[0], last[1], y); got < best-0.1 {
		t.Errorf("log likelihood %v at %v, the best is %v", got, last, best)
	}
	again, err := iterated.Maximise(diffusion(), smc.Series(y), nil, rng.NewKey(122), iterated.Options{Particles: 300, Iterations: 3})
	if err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, again[2].Theta, trace[2].Theta, check.Exact, "with one worker")
}

func TestMaximise_NamesWhatIsWrong(t *testing.T) {
	y := smc.Series([]float64{1})
	for _, o := range []iterated.Options{{Particles: 1}, {Step: -1}, {Cooling: 2}} {
		if _, err := iterated.Maximise(diffusion(), y, nil, rng.NewKey(1), o); err == nil {
			t.Errorf("%+v passes", o)
		}
	}
	if _, err := iterated.Maximise(diffusion(), nil, nil, rng.NewKey(1), iterated.Options{}); err == nil {
		t.Error("no error without data")
	}
	if _, err := iterated.Maximise(diffusion(), y, []float64{1, -1}, rng.NewKey(1), iterated.Options{}); err == nil {
		t.Error("no error for a start outside")
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
