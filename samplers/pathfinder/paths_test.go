package pathfinder

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// skewed has independent coordinates of density exp(−q²/2 + tanh q), as far as a
// constant.
func skewed(dim int) density {
	return density{dim, func(grad, q []float64) (float64, error) {
		logDensity := 0.0
		for i, x := range q {
			th := elem.Tanh(x)
			grad[i] = 1 - th*th - x
			logDensity += th - 0.5*x*x
		}
		return logDensity, nil
	}}
}

func same(target transition.LogDensity) func(int) (transition.LogDensity, error) {
	return func(int) (transition.LogDensity, error) { return target, nil }
}

// TestPaths_WeighsByImportance: draws from normals that are too wide and off centre
// get the mean and the second moment of the target by their weights.
func TestPaths_WeighsByImportance(t *testing.T) {
	const seed = 341
	key := rng.NewKey(seed)
	target := gaussian([]float64{1, 1}, [][]float64{{1, 0}, {0, 1}})
	o, err := Options{}.complete()
	if err != nil {
		t.Fatal(err)
	}
	p := &Paths{}
	for path := range uint64(2) {
		c, at := newCurvature(2, 1), newPoint(2)
		c.diagonal[0], c.diagonal[1], at.q[0] = 3, 4, float64(path)
		f := &fitting{o: o, key: key, spent: &counts{}}
		f.eval = evaluator{target, false, f.spent}
		r := &Result{Normal: c.newNormal(at)}
		if r.Draws, err = f.sample(r.Normal, 10000, key.Child("path", path).Stream()); err != nil {
			t.Fatal(err)
		}
		p.Results = append(p.Results, r)
	}
	if err := p.weigh(); err != nil {
		t.Fatal(err)
	}
	if p.Shape > 0.5 {
		t.Errorf("Pareto shape %g", p.Shape)
	}
	src := key.Child("choice").Stream()
	for name, c := range map[string]struct {
		f    func(q []float64) float64
		want float64
	}{
		"first mean":    {func(q []float64) float64 { return q[0] }, 1},
		"second mean":   {func(q []float64) float64 { return q[1] }, 1},
		"second square": {func(q []float64) float64 { return q[1] * q[1] }, 2},
	} {
		weighted, plain, variance := 0.0, 0.0, 0.0
		for k, d := range p.draws {
			x := c.f(d.Q)
			weighted += p.weights[k] * x
			plain += x / float64(len(p.draws))
			variance += p.weights[k] * p.weights[k] * (x - c.want) * (x - c.want)
		}
		se := math.Sqrt(variance)
		if z := math.Abs(weighted-c.want) / se; z > 5 {
			t.Errorf("seed %d: %s is %g by weights, want %g with a standard error of %g", seed, name, weighted, c.want, se)
		}
		if math.Abs(plain-c.want) < 20*se {
			t.Errorf("%s without weights is %g: the test would not see that weights are missing", name, plain)
		}
		resampled := make([]float64, 20000)
		for k := range resampled {
			resampled[k] = c.f(p.Draw(src).Q)
		}
		mean, se := check.MeanError(resampled)
		if z := math.Abs(mean-weighted) / se; z > 5 {
			t.Errorf("%s of resampled draws %g, by weights %g", name, mean, weighted)
		}
	}
	// The variance of the ratio of normals of variances 1 and 4 (or 3) says about a
	// third to a half of the draws.
	if ess := p.ESS(); ess < 5000 || ess > 15000 {
		t.Errorf("effective number of draws %g of 20000", ess)
	}
}

// TestFitPaths_DoesNotDependOnScheduling: and each path is the Fit of its key.
func TestFitPaths_DoesNotDependOnScheduling(t *testing.T) {
	key := rng.NewKey(342)
	var all [2]*Paths
	for i, parallel := range []int{1, 3} {
		p, err := FitPaths(context.Background(), same(skewed(3)), key, PathsOptions{Paths: 3, Parallel: parallel})
		if err != nil {
			t.Fatal(err)
		}
		all[i] = p
	}
	check.CloseSlice(t, all[1].weights, all[0].weights, check.Exact, "weights")
	single, err := Fit(context.Background(), skewed(3), key.Child("path", 1), Options{Draws: 250})
	if err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, all[0].Results[1].Draws[7].Q, single.Draws[7].Q, check.Exact, "draw of the second path")
}

type closing struct {
	transition.LogDensity
	closed *atomic.Int64
}

func (c closing) Close() error {
	c.closed.Add(1)
	return nil
}

func TestFitPaths_Failures(t *testing.T) {
	flat := density{1, func(grad, _ []float64) (float64, error) { grad[0] = 0; return 0, nil }}
	var closed atomic.Int64
	some := func(path int) (transition.LogDensity, error) {
		if path == 1 {
			return closing{flat, &closed}, nil
		}
		return closing{skewed(1), &closed}, nil
	}
	p, err := FitPaths(context.Background(), some, rng.NewKey(343), PathsOptions{})
	if err != nil || p.Errors[1] == nil || p.Errors[0] != nil || p.Results[1].Normal != nil || len(p.draws) != 750 {
		t.Errorf("one path of four fails: error %v, %+v", err, p)
	}
	if closed.Load() != 4 {
		t.Errorf("%d densities of 4 were closed", closed.Load())
	}
	if _, err := FitPaths(context.Background(), same(flat), rng.NewKey(1), PathsOptions{}); !errors.Is(err, ErrNoApproximation) {
		t.Errorf("all paths fail: error %v", err)
	}
	refuse := func(int) (transition.LogDensity, error) { return nil, errFatal }
	if _, err := FitPaths(context.Background(), refuse, rng.NewKey(1), PathsOptions{}); !errors.Is(err, errFatal) {
		t.Errorf("a density that cannot be opened: error %v", err)
	}
	if _, err := FitPaths(context.Background(), same(flat), rng.NewKey(1), PathsOptions{Paths: -1}); err == nil || !strings.Contains(err.Error(), "paths") {
		t.Errorf("error %v", err)
	}
}

func TestSmooth_SumsToOne(t *testing.T) {
	src := rng.NewKey(351).Stream()
	ratios := make([]float64, 4000)
	for i := range ratios {
		ratios[i] = 3 * src.Normal()
	}
	weights, shape := smooth(ratios)
	total := 0.0
	for _, w := range weights {
		total += w
	}
	check.Close(t, total, 1, check.Rel, "sum of the weights")
	if !(shape > 0.5 && shape < 2) { // a log-normal tail of this spread is heavy
		t.Errorf("shape %g", shape)
	}
	equal, shape := smooth(make([]float64, 100))
	if equal[3] != 0.01 || shape > 0 {
		t.Errorf("equal ratios: weight %g, shape %g", equal[3], shape)
	}
	few, shape := smooth([]float64{0, math.Inf(-1), 0})
	if few[0] != 0.5 || few[1] != 0 || !math.IsInf(shape, 1) {
		t.Errorf("three ratios: weights %v, shape %g", few, shape)
	}
}

// TestResult_ChoosesByImportance: never a draw outside of the support.
func TestResult_ChoosesByImportance(t *testing.T) {
	r := &Result{Draws: []Draw{{LogDensity: math.Inf(-1)}, {LogDensity: 1, LogNormal: 1}, {LogDensity: math.NaN()}, {LogDensity: 2, LogNormal: 2 - math.Log(3)}}}
	src := rng.NewKey(352).Stream()
	counts := make([]int, 4)
	for range 4000 {
		chosen := r.Choose(src)
		for i := range r.Draws {
			if chosen == &r.Draws[i] {
				counts[i]++
			}
		}
	}
	statistic, p := check.ChiSquare([]int{counts[1], counts[3]}, []float64{1000, 3000})
	check.PValue(t, p, 1e-6, "chi-square", statistic)
	if counts[0]+counts[2] > 0 {
		t.Errorf("counts %v: a draw of no density was chosen", counts)
	}
}
