package smooth_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/kalman"
	"github.com/quatre-ppl/quatre/smc/models"
	"github.com/quatre-ppl/quatre/smc/smooth"
)

// stationary is an autoregression in equilibrium, which looks the same
// backwards.
func stationary(t *testing.T) *models.LinearGaussian {
	t.Helper()
	m, err := models.NewLinearGaussian(models.LinearGaussianParameters{
		F: [][]float64{{0.8}}, Q: [][]float64{{0.36}}, H: [][]float64{{1}}, R: [][]float64{{0.5}}, M0: []float64{0}, P0: [][]float64{{1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var y = []float64{0.4, 1.2, 1.9, 0.3, -0.8, -1.5, -0.2, 0.6, 0.1, 1.4, 2.0, 1.1}

// exact returns the smoothing means and variances.
func exact(t *testing.T) (mean, variance []float64) {
	t.Helper()
	one := func(v float64) *mat.Dense { return mat.NewDense(1, 1, []float64{v}) }
	k := &kalman.Model{F: one(0.8), Q: one(0.36), H: one(1), R: one(0.5), M0: []float64{0}, P0: one(1)}
	rows := make([][]float64, len(y))
	for i := range y {
		rows[i] = y[i : i+1]
	}
	steps, err := k.Filter(rows)
	if err != nil {
		t.Fatal(err)
	}
	smoothed, err := k.Smooth(steps)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range smoothed {
		mean, variance = append(mean, s.Mean[0]), append(variance, s.Cov.At(0, 0))
	}
	return mean, variance
}

// TestWeights_HaveTheExactMoments compares smoothed means and second moments
// over runs with the exact ones: 6 standard errors of 20 runs (Student's t),
// for each method; fixed lag against a tolerance for the data it leaves out.
func TestWeights_HaveTheExactMoments(t *testing.T) {
	wantMean, wantVariance := exact(t)
	m := stationary(t)
	data := smc.Series(y)
	methods := map[string]func(h *smooth.History, key rng.Key) ([][]float64, [][][]float64, error){
		"genealogy": func(h *smooth.History, _ rng.Key) ([][]float64, [][][]float64, error) { return h.Genealogy(), h.X, nil },
		"fixed lag": func(h *smooth.History, _ rng.Key) ([][]float64, [][][]float64, error) { return h.FixedLag(6), h.X, nil },
		"marginals": func(h *smooth.History, _ rng.Key) ([][]float64, [][][]float64, error) {
			w, err := h.Marginals()
			return w, h.X, err
		},
		"two filters": func(h *smooth.History, key rng.Key) ([][]float64, [][][]float64, error) {
			reversed := slices.Clone(y)
			slices.Reverse(reversed)
			backward, err := smooth.Run(m, smc.Series(reversed), key.Child("backward"), smc.Options{Particles: 150})
			if err != nil {
				return nil, nil, err
			}
			w, err := h.TwoFilter(backward, func(dst []float64, _ int, x [][]float64) error { return m.LogInit(dst, nil, x) })
			x := slices.Clone(backward.X)
			slices.Reverse(x)
			return w, x, err
		},
	}
	for name, method := range methods {
		const runs = 20
		means, squares := make([][]float64, len(y)), make([][]float64, len(y))
		for r := range runs {
			key := rng.NewKey(111).Child(name, uint64(r))
			h, err := smooth.Run(m, data, key, smc.Options{Particles: 150})
			if err != nil {
				t.Fatal(err)
			}
			w, x, err := method(h, key)
			if err != nil {
				t.Fatal(err)
			}
			for i := range y {
				mean, square := 0.0, 0.0
				for k, v := range w[i] {
					mean += v * x[i][0][k]
					square += v * (x[i][0][k] - wantMean[i]) * (x[i][0][k] - wantMean[i])
				}
				means[i], squares[i] = append(means[i], mean), append(squares[i], square)
			}
		}
		bias := 0.002 // a self-normalised mean is biased by O(1/N)
		if name == "fixed lag" {
			bias = 0.03
		}
		for i := range y {
			mean, se := check.MeanError(means[i])
			check.Close(t, mean, wantMean[i], check.Z(6, se+bias), name, "mean at", i)
			square, se := check.MeanError(squares[i])
			check.Close(t, square, wantVariance[i], check.Z(6, se+bias), name, "variance at", i)
		}
	}
}

// TestPaths_AreDrawnFromTheSmoother compares means of paths, and the product
// of neighbours, which marginals do not know, across methods.
func TestPaths_AreDrawnFromTheSmoother(t *testing.T) {
	wantMean, _ := exact(t)
	m := stationary(t)
	products := map[smooth.Method][2]float64{}
	for _, method := range []smooth.Method{smooth.Exhaustive, smooth.Rejection, smooth.Metropolis} {
		const runs = 20
		means, neighbours := make([][]float64, len(y)), []float64{}
		for r := range runs {
			key := rng.NewKey(112).Child("run", uint64(method), uint64(r))
			h, err := smooth.Run(m, smc.Series(y), key, smc.Options{Particles: 200})
			if err != nil {
				t.Fatal(err)
			}
			paths, err := h.Paths(100, method, key.Child("paths"))
			if err != nil {
				t.Fatal(err)
			}
			for i := range y {
				mean := 0.0
				for _, p := range paths {
					mean += p[i][0] / 100
				}
				means[i] = append(means[i], mean)
			}
			product := 0.0
			for _, p := range paths {
				product += p[4][0] * p[5][0] / 100
			}
			neighbours = append(neighbours, product)
		}
		for i := range y {
			mean, se := check.MeanError(means[i])
			check.Close(t, mean, wantMean[i], check.Z(6, se+0.002), method, "mean at", i)
		}
		product, se := check.MeanError(neighbours)
		products[method] = [2]float64{product, se}
	}
	first := products[smooth.Exhaustive]
	for method, p := range products {
		check.Close(t, p[0], first[0], check.Z(6, math.Hypot(p[1], first[1])+1e-9), method, "product of neighbours")
	}
}

// TestOnline_SumsOverThePath: the expected sum of the states given all the
// data is the sum of the smoothing means, at every time.
func TestOnline_SumsOverThePath(t *testing.T) {
	wantMean, _ := exact(t)
	m := stationary(t)
	const runs = 15
	sums := make([]float64, runs)
	for r := range runs {
		s, err := smooth.NewOnline(m, smc.Series(y), rng.NewKey(113).Child("run", uint64(r)), smc.Options{Particles: 200}, 2, smooth.Additive{
			First: func(dst []float64, _ *smc.Obs, x [][]float64) { copy(dst, x[0]) },
			Pair:  func(_ *smc.Obs, _, next [][]float64, _, j int) float64 { return next[0][j] },
		})
		if err != nil {
			t.Fatal(err)
		}
		for {
			more, err := s.Step()
			if err != nil {
				t.Fatal(err)
			}
			if !more {
				break
			}
		}
		sums[r] = s.Mean()
	}
	want := 0.0
	for _, v := range wantMean {
		want += v
	}
	mean, se := check.MeanError(sums)
	check.Close(t, mean, want, check.Z(6, se+0.005))
}

func TestSmoothers_NameWhatTheyNeed(t *testing.T) {
	m, err := models.Epidemic{Population: 10, Infected: 1, Beta: 1, Gamma: 1, Report: models.PoissonReport{Coordinate: models.NewCases, Fraction: 1, Floor: 1}}.SIR()
	if err != nil {
		t.Fatal(err)
	}
	h, err := smooth.Run(m, smc.Series([]float64{1, 0, 2}), rng.NewKey(1), smc.Options{Particles: 20})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Marginals(); err == nil {
		t.Error("marginals of a model without densities")
	}
	if _, err := h.Paths(1, smooth.Exhaustive, rng.NewKey(1)); err == nil {
		t.Error("paths of a model without densities")
	}
	if _, err := h.TwoFilter(h, nil); err == nil {
		t.Error("two filters of a model without densities")
	}
	if _, err := smooth.NewOnline(m, nil, rng.NewKey(1), smc.Options{Particles: 1}, 1, smooth.Additive{}); err == nil {
		t.Error("sums of a model without densities")
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
