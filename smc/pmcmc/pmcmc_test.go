package pmcmc

import (
	"context"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/resample"
	"github.com/quatre-ppl/quatre/stream"
)

// level is an autoregression with unknown persistence, whose posterior can be
// found by quadrature with the exact likelihood.
func level() prior.Family {
	return prior.Family{
		Space: prior.Space{{Name: "phi", Law: prior.Uniform{Low: -1, High: 1}}},
		Model: func(theta []float64) (smc.Model, error) { return linear(theta[0]) },
	}
}

func linear(phi float64) (*models.LinearGaussian, error) {
	return models.NewLinearGaussian(models.LinearGaussianParameters{
		F: [][]float64{{phi}}, Q: [][]float64{{0.5}}, H: [][]float64{{1}}, R: [][]float64{{0.3}}, M0: []float64{0}, P0: [][]float64{{1}},
	})
}

// logLikelihood is exact, by the scalar Kalman filter.
func logLikelihood(phi float64, y []float64) float64 {
	mean, variance, sum := 0.0, 1.0, 0.0
	for t, v := range y {
		if t > 0 {
			mean, variance = phi*mean, phi*phi*variance+0.5
		}
		s := variance + 0.3
		sum -= 0.5 * (math.Log(2*math.Pi*s) + (v-mean)*(v-mean)/s)
		gain := variance / s
		mean, variance = mean+gain*(v-mean), variance*(1-gain)
	}
	return sum
}

var observed = []float64{0.3, 1.1, 0.4, -0.2, -1.4, -0.9, -1.2, 0.1, 0.8, 1.9, 1.2, 0.5, 0.9, -0.1, 0.4}

// posterior returns the exact mean and standard deviation of phi.
func posterior() (mean, sd float64) {
	total, first, second := 0.0, 0.0, 0.0
	for phi := -0.9995; phi < 1; phi += 0.001 {
		p := math.Exp(logLikelihood(phi, observed))
		total += p
		first += p * phi
		second += p * phi * phi
	}
	mean = first / total
	return mean, math.Sqrt(second/total - mean*mean)
}

// TestChains_HaveTheExactPosterior compares chain means with quadrature: 4.5
// standard errors from the scatter of eight chains.
func TestChains_HaveTheExactPosterior(t *testing.T) {
	draws := 1000
	if testing.Short() {
		draws = 300
	}
	wantMean, wantSD := posterior()
	for name, c := range map[string]struct {
		run func(ctx context.Context, f prior.Family, data []smc.Obs, key rng.Key, o Options, sink stream.Sink) error
		o   Options
	}{
		"PMMH":            {PMMH, Options{Particles: 40}},
		"correlated PMMH": {PMMH, Options{Particles: 15, Blocks: 5}},
		"Gibbs":           {Gibbs, Options{Particles: 8, Steps: 3}},
	} {
		c.o.Chains, c.o.Warmup, c.o.Draws, c.o.Workers = 8, 300, draws, 2
		memory := stream.NewMemory()
		if err := c.run(context.Background(), level(), smc.Series(observed), rng.NewKey(95).Child(name), c.o, memory); err != nil {
			t.Fatal(name, err)
		}
		column, ok := memory.Sampling.Value("phi")
		if !ok || len(column) != 8 || len(column[0]) != draws {
			t.Fatalf("%s: draws are not what was asked for", name)
		}
		means, squares := make([]float64, 8), make([]float64, 8)
		for i, chain := range column {
			for _, v := range chain {
				means[i] += v / float64(draws)
				squares[i] += (v - wantMean) * (v - wantMean) / float64(draws)
			}
		}
		mean, se := check.MeanError(means)
		check.Close(t, mean, wantMean, check.Z(5.5, se), name, "mean") // Student's t with 7 degrees of freedom
		square, se := check.MeanError(squares)
		check.Close(t, square, wantSD*wantSD, check.Z(5.5, se), name, "variance")
	}
}

// TestKernels_LeaveTheJointLawInvariant is Geweke's test (2004) in its
// marginal-conditional form: parameters from the prior, a path and data from
// the model; then the kernels run given the data, started in their extended
// target by a conditional filter around the true path. Parameters and their
// product with a statistic of the data must keep their expectations: 4.5
// standard errors of the difference.
func TestKernels_LeaveTheJointLawInvariant(t *testing.T) {
	replicates := 4000
	if testing.Short() {
		replicates = 400
	}
	const steps, length = 4, 4
	for _, kernel := range []string{"PMMH", "Gibbs"} {
		var differences [3][]float64
		for r := range replicates {
			key := rng.NewKey(96).Child(kernel, uint64(r))
			src := key.Child("truth").Stream()
			space := level().Space
			theta, z := make([]float64, 1), make([]float64, 1)
			space.Draw(theta, src)
			space.Unconstrain(z, theta)
			truth := theta[0]
			path, y := simulate(truth, length, src)
			data := smc.Series(y)
			products := y[1]*y[2] + y[2]*y[3]
			o, err := Options{Particles: 4, Steps: 2, Threshold: 1, Resampling: resample.Multinomial, Warmup: 1}.complete(4)
			if err != nil {
				t.Fatal(err)
			}
			scale := []float64{1.5}
			if kernel == "Gibbs" {
				g := &gibbs{family: level(), data: data, options: o, walk: newWalk(1, scale, 0.3), theta: theta, z: z, path: path}
				for k := range steps {
					if _, err := g.step(key.Child("step", uint64(k)), false); err != nil {
						t.Fatal(err)
					}
				}
			} else {
				m := &marginal{family: level(), data: data, options: o, walk: newWalk(1, scale, 0.2), theta: theta, z: z, keys: make([]rng.Key, 1)}
				model, err := linear(truth)
				if err != nil {
					t.Fatal(err)
				}
				c, err := NewConditional(model, data, o.Particles, false)
				if err != nil {
					t.Fatal(err)
				}
				if m.logEvidence, err = c.Draw(path, key.Child("conditional")); err != nil {
					t.Fatal(err)
				}
				m.logPrior = space.LogDensityAt(make([]float64, 1), z)
				for k := range steps {
					if _, err := m.step(key.Child("step", uint64(k)), false); err != nil {
						t.Fatal(err)
					}
				}
			}
			differences[0] = append(differences[0], theta[0]-truth)
			differences[1] = append(differences[1], theta[0]*theta[0]-truth*truth)
			differences[2] = append(differences[2], (theta[0]-truth)*math.Tanh(products))
		}
		for i, d := range differences {
			mean, se := check.MeanError(d)
			check.Close(t, mean, 0, check.Z(4.5, se), kernel, "expectation", i)
			if se == 0 {
				t.Errorf("%s never moved", kernel)
			}
		}
	}
}

// simulate draws a path and data.
func simulate(phi float64, n int, src *rng.Stream) (path [][]float64, y []float64) {
	x := src.Normal()
	for t := range n {
		if t > 0 {
			x = phi*x + math.Sqrt(0.5)*src.Normal()
		}
		path = append(path, []float64{x})
		y = append(y, x+math.Sqrt(0.3)*src.Normal())
	}
	return path, y
}

// TestConditional_DrawsFromTheSmoother: the chain of paths has the exact
// smoothing means, also without ancestor sampling and for few particles.
func TestConditional_DrawsFromTheSmoother(t *testing.T) {
	var p problems.LG1
	problems.Read(t, "lg1", &p)
	model, err := models.NewLinearGaussian(models.LinearGaussianParameters{
		F: [][]float64{{0.9}}, Q: [][]float64{{0.25}}, H: [][]float64{{1}}, R: [][]float64{{1}}, M0: []float64{0}, P0: [][]float64{{1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	data := smc.Series(p.Y)
	c, err := NewConditional(model, data, 20, true)
	if err != nil {
		t.Fatal(err)
	}
	path, err := firstPath(model, data, 200, rng.NewKey(97))
	if err != nil {
		t.Fatal(err)
	}
	draws := 1000
	if testing.Short() {
		draws = 500
	}
	const batches = 10
	for _, at := range []int{0, 50, 99} {
		means := make([]float64, batches)
		for b := range means {
			for i := range draws / batches {
				if _, err := c.Draw(path, rng.NewKey(98).Child("draw", uint64(at), uint64(b), uint64(i))); err != nil {
					t.Fatal(err)
				}
				means[b] += path[at][0] * batches / float64(draws)
			}
		}
		mean, se := check.MeanError(means)
		check.Close(t, mean, p.Answers.SmoothMean[at], check.Z(6, se), "smoothing mean at", at) // Student's t with 9 degrees of freedom
	}
}

func TestChains_DoNotDependOnWorkers(t *testing.T) {
	var want [][]float64
	for _, workers := range []int{1, 3} {
		memory := stream.NewMemory()
		o := Options{Chains: 3, Warmup: 20, Draws: 20, Particles: 20, Workers: workers}
		if err := PMMH(context.Background(), level(), smc.Series(observed), rng.NewKey(99), o, memory); err != nil {
			t.Fatal(err)
		}
		got, _ := memory.Sampling.Value("phi")
		for c := range want {
			check.CloseSlice(t, got[c], want[c], check.Exact, workers, c)
		}
		want = got
	}
}

func TestChains_NameWhatIsWrong(t *testing.T) {
	sink := stream.NewMemory()
	ctx := context.Background()
	data := smc.Series(observed)
	if err := PMMH(ctx, level(), nil, rng.NewKey(1), Options{}, sink); err == nil {
		t.Error("no error without data")
	}
	if err := PMMH(ctx, prior.Family{}, data, rng.NewKey(1), Options{}, sink); err == nil {
		t.Error("no error without parameters")
	}
	if err := PMMH(ctx, level(), data, rng.NewKey(1), Options{Draws: -1}, sink); err == nil {
		t.Error("no error for options out of range")
	}
	f := level()
	f.Model = func(theta []float64) (smc.Model, error) {
		return models.Epidemic{Population: 10, Infected: 1, Beta: 1, Gamma: 1, Report: models.PoissonReport{Coordinate: models.NewCases, Fraction: 1, Floor: 1}}.SIR()
	}
	if err := Gibbs(ctx, f, smc.Series([]float64{1}), rng.NewKey(1), Options{}, sink); err == nil {
		t.Error("no error for a model without densities")
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := PMMH(cancelled, level(), data, rng.NewKey(1), Options{Draws: 5}, sink); err == nil {
		t.Error("no error from a cancelled context")
	}
	if _, err := NewConditional(nil, data, 1, false); err == nil {
		t.Error("no error for one particle")
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
