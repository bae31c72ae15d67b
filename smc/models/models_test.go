package models

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/hmm"
)

// particles returns n particles with the given states before.
func particles(dim, n int, prev ...float64) *smc.Particles {
	p := &smc.Particles{}
	for d := range dim {
		p.X = append(p.X, make([]float64, n))
		if prev != nil {
			before := make([]float64, n)
			for i := range before {
				before[i] = prev[d]
			}
			p.Prev = append(p.Prev, before)
		}
	}
	return p
}

func plane(t *testing.T) *LinearGaussian {
	t.Helper()
	m, err := NewLinearGaussian(LinearGaussianParameters{
		F: [][]float64{{1, 0.5}, {-0.2, 0.9}}, Q: [][]float64{{1, 0.3}, {0.3, 0.5}},
		H: [][]float64{{1, 1}, {0, 2}}, R: [][]float64{{0.5, 0.1}, {0.1, 0.4}},
		M0: []float64{1, -1}, P0: [][]float64{{2, -0.5}, {-0.5, 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// moments compares means and covariances of two coordinates over n draws,
// within 4.5 standard errors each.
func moments(t *testing.T, x [][]float64, mean []float64, cov [][]float64) {
	t.Helper()
	n := float64(len(x[0]))
	for d := range x {
		m, se := check.MeanError(x[d])
		check.Close(t, m, mean[d], check.Z(4.5, se), "mean", d)
		for e := range d + 1 {
			products := make([]float64, len(x[0]))
			for i := range products {
				products[i] = (x[d][i] - mean[d]) * (x[e][i] - mean[e])
			}
			c, se := check.MeanError(products)
			check.Close(t, c, cov[d][e], check.Z(4.5, se), "covariance", d, e, n)
		}
	}
}

func TestLinearGaussian_MovesByItsLaw(t *testing.T) {
	m := plane(t)
	p := particles(2, 40000, 3, -2)
	src := rng.NewKey(31).Stream()
	if err := m.Init(src, nil, p); err != nil {
		t.Fatal(err)
	}
	moments(t, p.X, m.M0, m.P0)
	if err := m.Move(src, nil, p); err != nil {
		t.Fatal(err)
	}
	moments(t, p.X, []float64{2, -2.4}, m.Q)
}

// TestLinearGaussian_OptimalIsBayes: for any x, p(x|prev) p(y|x) equals
// p(y|prev) q(x|prev,y): with weights of the two filters and the density of
// the moves, importance weights of bootstrap draws must have the mean
// p(y|prev), and the moments of the optimal draws must be those of weighted
// bootstrap draws.
func TestLinearGaussian_OptimalIsBayes(t *testing.T) {
	m := plane(t)
	o := &smc.Obs{Y: []float64{1.5, -3}}
	const n = 100000
	boot, best := particles(2, n, 1, -1), particles(2, n, 1, -1)
	src := rng.NewKey(32).Stream()
	weights, constant := make([]float64, n), make([]float64, n)
	optimal, err := m.Optimal()
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{
		func() error { return m.Move(src, o, boot) }, func() error { return m.LogWeight(weights, o, boot) },
		func() error { return optimal.Move(src, o, best) }, func() error { return optimal.LogWeight(constant, o, best) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range weights {
		weights[i] = math.Exp(weights[i] - constant[0])
	}
	mean, se := check.MeanError(weights)
	check.Close(t, mean, 1, check.Z(4.5, se), "p(y | prev)")
	for d := range 2 {
		product := make([]float64, n)
		for i := range product {
			product[i] = weights[i] * boot.X[d][i]
		}
		want, se := check.MeanError(product)
		got, se2 := check.MeanError(best.X[d])
		check.Close(t, got, want, check.Z(4.5, math.Hypot(se, se2)), "mean given y", d)
	}
}

// TestTransitions_AreDensitiesOfMoves integrates the density over a grid for
// stochastic volatility, and compares with the law by hand.
func TestTransitions_AreDensitiesOfMoves(t *testing.T) {
	sv := &StochasticVolatility{Mu: -1, Phi: 0.9, Sigma: 0.3}
	var dst [1]float64
	sum, mean := 0.0, 0.0
	const h = 0.01
	for x := -4.0; x < 3; x += h {
		if err := sv.LogTransition(dst[:], nil, [][]float64{{-0.2}}, [][]float64{{x}}); err != nil {
			t.Fatal(err)
		}
		sum += h * math.Exp(dst[0])
		mean += h * x * math.Exp(dst[0])
	}
	check.Close(t, sum, 1, check.Rel)
	check.Close(t, mean, -1+0.9*0.8, check.Rel)

	m := plane(t)
	sum = 0
	for x := -6.0; x < 10; x += 0.1 {
		for z := -8.0; z < 4; z += 0.1 {
			if err := m.LogTransition(dst[:], nil, [][]float64{{3}, {-2}}, [][]float64{{x}, {z}}); err != nil {
				t.Fatal(err)
			}
			sum += 0.01 * math.Exp(dst[0])
		}
	}
	check.Close(t, sum, 1, check.FD)
}

func TestFiniteHMM_MovesByItsRows(t *testing.T) {
	m, err := NewFiniteHMM(hmm.Model{Initial: []float64{0.2, 0, 0.8}, Transition: [][]float64{{0.5, 0.25, 0.25}, {0, 1, 0}, {0.3, 0.3, 0.4}}},
		GaussianEmission([]float64{0, 1, 2}, []float64{1, 1, 1}))
	if err != nil {
		t.Fatal(err)
	}
	p := particles(1, 20000, 2)
	src := rng.NewKey(33).Stream()
	for name, c := range map[string]struct {
		draw func() error
		law  []float64
	}{
		"init": {func() error { return m.Init(src, nil, p) }, []float64{0.2, 0, 0.8}},
		"move": {func() error { return m.Move(src, nil, p) }, []float64{0.3, 0.3, 0.4}},
	} {
		if err := c.draw(); err != nil {
			t.Fatal(err)
		}
		counts, expected := make([]int, 3), make([]float64, 3)
		for _, k := range p.X[0] {
			counts[int(k)]++
		}
		for k := range expected {
			expected[k] = 20000 * c.law[k]
		}
		_, pValue := check.ChiSquare(counts, expected)
		check.PValue(t, pValue, 1e-5, name, counts)
	}
	var dst [1]float64
	if err := m.LogTransition(dst[:], nil, [][]float64{{1}}, [][]float64{{0}}); err != nil || !math.IsInf(dst[0], -1) {
		t.Errorf("log probability %v, %v of a move that cannot be", dst[0], err)
	}
}

func TestModels_NameWhatDoesNotFit(t *testing.T) {
	good := LinearGaussianParameters{
		F: [][]float64{{1}}, Q: [][]float64{{1}}, H: [][]float64{{1}}, R: [][]float64{{1}}, M0: []float64{0}, P0: [][]float64{{1}},
	}
	for name, spoil := range map[string]func(p *LinearGaussianParameters){
		"empty": func(p *LinearGaussianParameters) { p.M0 = nil }, "size": func(p *LinearGaussianParameters) { p.F = nil },
		"row": func(p *LinearGaussianParameters) { p.Q = [][]float64{{1, 2}} }, "negative": func(p *LinearGaussianParameters) { p.R = [][]float64{{-1}} },
	} {
		p := good
		spoil(&p)
		if _, err := NewLinearGaussian(p); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewFiniteHMM(hmm.Model{Initial: []float64{1}, Transition: [][]float64{{1}}}, nil); err == nil {
		t.Error("no error for missing emissions")
	}
	m, err := NewLinearGaussian(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.LogWeight(make([]float64, 1), &smc.Obs{Y: []float64{1, 2}}, particles(1, 1)); err == nil {
		t.Error("no error for two numbers instead of one")
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
