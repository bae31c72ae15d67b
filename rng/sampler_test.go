package rng

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestSamplers_PanicOutsideTheirDomain(t *testing.T) {
	s := NewKey(1).Stream()
	inf, nan := math.Inf(1), math.NaN()
	two := make([]float64, 2)
	for want, calls := range map[string][]func(){
		"rng: Intn":             {func() { s.Intn(0) }, func() { s.Intn(-1) }},
		"rng: Normal":           {func() { Normal(s, nan, 1) }, func() { Normal(s, 0, -1) }, func() { Normal(s, 0, inf) }},
		"rng: LogNormal":        {func() { LogNormal(s, inf, 1) }, func() { LogNormal(s, 0, nan) }},
		"rng: Exponential":      {func() { Exponential(s, 0) }, func() { Exponential(s, inf) }},
		"rng: Uniform":          {func() { Uniform(s, 1, 1) }, func() { Uniform(s, 0, inf) }, func() { Uniform(s, nan, 1) }},
		"rng: StudentT":         {func() { StudentT(s, 0, 0, 1) }, func() { StudentT(s, 1, nan, 1) }, func() { StudentT(s, 1, 0, 0) }},
		"rng: Laplace":          {func() { Laplace(s, inf, 1) }, func() { Laplace(s, 0, 0) }},
		"rng: Logistic":         {func() { Logistic(s, inf, 1) }, func() { Logistic(s, 0, -1) }},
		"rng: Gumbel":           {func() { Gumbel(s, inf, 1) }, func() { Gumbel(s, 0, nan) }},
		"rng: Weibull":          {func() { Weibull(s, 0, 1) }, func() { Weibull(s, 1, 0) }},
		"rng: Gamma":            {func() { Gamma(s, 0, 1) }, func() { Gamma(s, 1, nan) }},
		"rng: InverseGamma":     {func() { InverseGamma(s, 0, 1) }, func() { InverseGamma(s, 1, inf) }},
		"rng: ChiSquare":        {func() { ChiSquare(s, 0) }},
		"rng: Beta ":            {func() { Beta(s, 0, 1) }, func() { Beta(s, 1, 1e-301) }},
		"rng: Bernoulli":        {func() { Bernoulli(s, -0.1) }, func() { Bernoulli(s, nan) }},
		"rng: Binomial":         {func() { Binomial(s, -1, 0.5) }, func() { Binomial(s, 1, 1.1) }, func() { Binomial(s, 1<<54, 0.5) }},
		"rng: BetaBinomial":     {func() { BetaBinomial(s, -1, 1, 1) }, func() { BetaBinomial(s, 1, 0, 1) }, func() { BetaBinomial(s, 1, 1, 0) }},
		"rng: Poisson":          {func() { Poisson(s, -1) }, func() { Poisson(s, inf) }, func() { Poisson(s, nan) }},
		"rng: NegBinomial ":     {func() { NegBinomial(s, 0, 1) }, func() { NegBinomial(s, 1, 0) }},
		"rng: NegBinomial2":     {func() { NegBinomial2(s, -1, 1) }, func() { NegBinomial2(s, 1, 0) }},
		"rng: Geometric":        {func() { Geometric(s, 0) }, func() { Geometric(s, 1.5) }, func() { Geometric(s, nan) }},
		"rng: Hypergeometric":   {func() { Hypergeometric(s, 3, 1, 1) }, func() { Hypergeometric(s, -1, 1, 1) }, func() { Hypergeometric(s, 0, -1, 1) }},
		"rng: Categorical ":     {func() { Categorical(s, nil) }, func() { Categorical(s, two) }, func() { Categorical(s, []float64{1, -1}) }},
		"rng: CategoricalLogit": {func() { CategoricalLogit(s, nil) }, func() { CategoricalLogit(s, []float64{nan, 1}) }, func() { CategoricalLogit(s, []float64{inf}) }},
		"rng: Multinomial":      {func() { Multinomial(make([]int, 1), s, 1, two) }, func() { Multinomial(make([]int, 2), s, 1, two) }, func() { Multinomial(make([]int, 1), s, -1, []float64{1}) }},
		"rng: Dirichlet":        {func() { Dirichlet(nil, s, nil) }, func() { Dirichlet(two, s, two[:1]) }, func() { Dirichlet(two, s, []float64{1, 0}) }},
		"rng: MvNormalCholesky": {func() { MvNormalCholesky(two, s, two[:1], two) }, func() { MvNormalCholesky(two, s, two, two) }},
		"rng: Shuffle":          {func() { Shuffle(s, -1, nil) }},
	} {
		for _, call := range calls {
			check.Panics(t, want, call)
		}
	}
}

func TestSamplers_AllocateNothing(t *testing.T) {
	s := NewKey(1).Stream()
	var sum float64
	three, counts := make([]float64, 3), make([]int, 3)
	weights, factor := []float64{0.2, 3, 1}, make([]float64, 9)
	for _, c := range continuousCases() {
		if n := testing.AllocsPerRun(20, func() { sum += c.draw(s) }); n != 0 {
			t.Errorf("%s: %v allocations, want 0", c.name, n)
		}
	}
	for _, c := range discreteCases() {
		if n := testing.AllocsPerRun(20, func() { sum += c.draw(s) }); n != 0 {
			t.Errorf("%s: %v allocations, want 0", c.name, n)
		}
	}
	n := testing.AllocsPerRun(20, func() {
		Dirichlet(three, s, weights)
		Multinomial(counts, s, 20, weights)
		Categorical(s, weights)
		CategoricalLogit(s, weights)
		MvNormalCholesky(three, s, weights, factor)
		Permutation(counts, s)
	})
	if n != 0 {
		t.Errorf("multivariate samplers: %v allocations, want 0", n)
	}
}

// TestSamplers_UseTheStatedNumberOfWords holds for those that the rest of the
// project may seek by.
func TestSamplers_UseTheStatedNumberOfWords(t *testing.T) {
	s := NewKey(1).Stream()
	for name, draw := range map[string]func(){
		"standard Normal":      func() { s.Normal() },
		"standard Exponential": func() { s.Exponential() },
		"Uniform":              func() { Uniform(s, 0, 1) },
		"Bernoulli":            func() { Bernoulli(s, 0.5) },
		"Geometric":            func() { Geometric(s, 0.5) },
		"Categorical":          func() { Categorical(s, []float64{1, 2}) },
		"CategoricalLogit":     func() { CategoricalLogit(s, []float64{1, 2}) },
		"small Poisson":        func() { Poisson(s, 9) },
		"small Binomial":       func() { Binomial(s, 18, 0.5) },
	} {
		before := s.Position()
		draw()
		if used := s.Position() - before; used != 1 {
			t.Errorf("%s used %d words, want 1", name, used)
		}
	}
}
