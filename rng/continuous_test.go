package rng

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/quatre-ppl/quatre/internal/check"
)

// falseAlarm is the rate at which one statistical test of this package rejects
// a right sampler. With some 200 tests and fixed seeds, the suite as written
// had a chance of 2e-4 to fail for nothing.
const falseAlarm = 1e-6

// testSeed is the seed of all statistical tests; streams differ by label.
const testSeed = 20110915

type continuousCase struct {
	name string
	draw func(s *Stream) float64
	cdf  func(x float64) float64
}

func gammaCase(name string, shape, rate float64) continuousCase {
	return continuousCase{
		name,
		func(s *Stream) float64 { return Gamma(s, shape, rate) },
		func(x float64) float64 { return mathext.GammaIncReg(shape, rate*x) },
	}
}

func betaCase(name string, alpha, beta float64) continuousCase {
	return continuousCase{
		name,
		func(s *Stream) float64 { return Beta(s, alpha, beta) },
		distuv.Beta{Alpha: alpha, Beta: beta}.CDF,
	}
}

func studentCase(name string, nu, mu, sigma float64) continuousCase {
	return continuousCase{
		name,
		func(s *Stream) float64 { return StudentT(s, nu, mu, sigma) },
		distuv.StudentsT{Nu: nu, Mu: mu, Sigma: sigma}.CDF,
	}
}

func continuousCases() []continuousCase {
	return []continuousCase{
		{"Float64", (*Stream).Float64, func(x float64) float64 { return x }},
		{"standard Normal", (*Stream).Normal, distuv.UnitNormal.CDF},
		{"standard QuickNormal", (*Stream).QuickNormal, distuv.UnitNormal.CDF},
		{"standard Exponential", (*Stream).Exponential, distuv.Exponential{Rate: 1}.CDF},
		{"Normal(-3, 0.2)", func(s *Stream) float64 { return Normal(s, -3, 0.2) }, distuv.Normal{Mu: -3, Sigma: 0.2}.CDF},
		{"LogNormal(1, 2)", func(s *Stream) float64 { return LogNormal(s, 1, 2) }, distuv.LogNormal{Mu: 1, Sigma: 2}.CDF},
		{"Exponential(40)", func(s *Stream) float64 { return Exponential(s, 40) }, distuv.Exponential{Rate: 40}.CDF},
		{"Uniform(-2, 5)", func(s *Stream) float64 { return Uniform(s, -2, 5) }, distuv.Uniform{Min: -2, Max: 5}.CDF},
		{"Laplace(1, 3)", func(s *Stream) float64 { return Laplace(s, 1, 3) }, distuv.Laplace{Mu: 1, Scale: 3}.CDF},
		{"Logistic(-1, 0.5)", func(s *Stream) float64 { return Logistic(s, -1, 0.5) }, func(x float64) float64 { return 1 / (1 + math.Exp(-(x+1)/0.5)) }},
		{"Gumbel(2, 0.7)", func(s *Stream) float64 { return Gumbel(s, 2, 0.7) }, distuv.GumbelRight{Mu: 2, Beta: 0.7}.CDF},
		{"Weibull(0.3, 2)", func(s *Stream) float64 { return Weibull(s, 0.3, 2) }, distuv.Weibull{K: 0.3, Lambda: 2}.CDF},
		{"Weibull(4, 0.1)", func(s *Stream) float64 { return Weibull(s, 4, 0.1) }, distuv.Weibull{K: 4, Lambda: 0.1}.CDF},
		gammaCase("Gamma(0.05, 3)", 0.05, 3),
		gammaCase("Gamma(0.5, 0.1)", 0.5, 0.1),
		gammaCase("Gamma(0.999, 1)", 0.999, 1),
		gammaCase("Gamma(1, 2)", 1, 2),
		gammaCase("Gamma(2.5, 7)", 2.5, 7),
		gammaCase("Gamma(100, 1e-3)", 100, 1e-3),
		gammaCase("Gamma(1e6, 1)", 1e6, 1),
		{"InverseGamma(0.4, 2)", func(s *Stream) float64 { return InverseGamma(s, 0.4, 2) }, distuv.InverseGamma{Alpha: 0.4, Beta: 2}.CDF},
		{"InverseGamma(3, 5)", func(s *Stream) float64 { return InverseGamma(s, 3, 5) }, distuv.InverseGamma{Alpha: 3, Beta: 5}.CDF},
		{"ChiSquare(0.7)", func(s *Stream) float64 { return ChiSquare(s, 0.7) }, distuv.ChiSquared{K: 0.7}.CDF},
		{"ChiSquare(9)", func(s *Stream) float64 { return ChiSquare(s, 9) }, distuv.ChiSquared{K: 9}.CDF},
		studentCase("StudentT(0.5, 0, 1)", 0.5, 0, 1),
		studentCase("StudentT(1, 2, 3)", 1, 2, 3),
		studentCase("StudentT(4, 0, 1)", 4, 0, 1),
		studentCase("StudentT(300, -1, 0.1)", 300, -1, 0.1),
		betaCase("Beta(0.2, 0.3)", 0.2, 0.3),
		betaCase("Beta(0.5, 4)", 0.5, 4),
		betaCase("Beta(7, 0.9)", 7, 0.9),
		betaCase("Beta(1, 1)", 1, 1),
		betaCase("Beta(2, 5)", 2, 5),
		betaCase("Beta(3000, 200)", 3000, 200),
	}
}

func TestContinuous_FollowTheirDistributionFunctions(t *testing.T) {
	for _, c := range continuousCases() {
		expectContinuous(t, c)
	}
}

func expectContinuous(t *testing.T, c continuousCase) {
	t.Helper()
	s := NewKey(testSeed).Child(c.name).Stream()
	sample := make([]float64, 40_000)
	for i := range sample {
		sample[i] = c.draw(s)
	}
	d, p := check.KolmogorovSmirnov(sample, c.cdf)
	check.PValue(t, p, falseAlarm, c.name, "seed", testSeed, "D", d)
}

// With tiny shapes many numbers are below the smallest float64, so their
// logarithms are tested: P(log G ≤ y) tends to exp(shape·y)/Γ(shape + 1).
func TestGamma_TinyShapesInLogSpace(t *testing.T) {
	for _, shape := range []float64{0.3, 1e-2, 1e-3, 1e-8} {
		expectContinuous(t, continuousCase{
			"log Gamma of a tiny shape",
			func(s *Stream) float64 { return logStandardGamma(s, shape) },
			func(y float64) float64 {
				if y > -30 {
					return mathext.GammaIncReg(shape, math.Exp(y))
				}
				logGamma, _ := math.Lgamma(shape + 1)
				return math.Exp(shape*y - logGamma)
			},
		})
	}
}

// At these shapes the skewness is below 2e-5 and the normal limit exact for
// the test, while the textbook form of the rejection step has lost its digits.
func TestGamma_HugeShapesAreNormal(t *testing.T) {
	for _, shape := range []float64{1e10, 1e13, 1e15} {
		expectContinuous(t, continuousCase{
			"Gamma of a huge shape",
			func(s *Stream) float64 { return (Gamma(s, shape, 1) - shape) / math.Sqrt(shape) },
			distuv.UnitNormal.CDF,
		})
	}
}

// Beta(a, b) with a, b → 0 is nearly a coin; the cells reach to numbers that a
// quotient of two gamma numbers would lose.
func TestBeta_TinyShapes(t *testing.T) {
	const n = 40_000
	for _, c := range []struct{ alpha, beta float64 }{{1e-3, 1e-3}, {1e-3, 2e-3}, {0.02, 1e-3}, {1e-3, 3}} {
		edges := []float64{1e-300, 1e-100, 1e-30, 1e-10, 1e-3, 0.5, 0.999, 1 - 1e-10}
		expected := make([]float64, len(edges)+1)
		below := 0.0
		for i, x := range edges {
			at := mathext.RegIncBeta(c.alpha, c.beta, x)
			expected[i] = n * (at - below)
			below = at
		}
		expected[len(edges)] = n * (1 - below)

		s := NewKey(testSeed).Child("tiny Beta").Stream()
		counts := make([]int, len(expected))
		for range n {
			x, i := Beta(s, c.alpha, c.beta), 0
			for i < len(edges) && x > edges[i] {
				i++
			}
			counts[i]++
		}
		statistic, p := check.ChiSquare(counts, expected)
		check.PValue(t, p, falseAlarm, "Beta", c.alpha, c.beta, "seed", testSeed, "chi-square", statistic, counts, expected)
	}
}

func TestBetaPair_SharesAreAccurateOnBothSides(t *testing.T) {
	s := NewKey(testSeed).Child("beta pair").Stream()
	small := false
	for range 2000 {
		x, rest := betaPair(s, 0.01, 0.01)
		check.Close(t, x+rest, 1, check.ULP(2))
		small = small || rest > 0 && rest < 1e-30
	}
	if !small {
		t.Error("no pair with a rest below 1e-30 among 2000")
	}
}

func TestContinuous_ExtremeParametersStayFinite(t *testing.T) {
	s := NewKey(testSeed).Child("extremes").Stream()
	cases := []struct {
		name      string
		draw      func() float64
		low, high float64
	}{
		{"widest Uniform", func() float64 { return Uniform(s, -math.MaxFloat64, math.MaxFloat64) }, -math.MaxFloat64, math.MaxFloat64},
		{"narrowest Uniform", func() float64 { return Uniform(s, 1, 1+0x1p-52) }, 1, 1 + 0x1p-52},
		{"Gamma(1e300, 1)", func() float64 { return Gamma(s, 1e300, 1) }, 0.9999999e300, 1.0000001e300},
		{"Gamma(5e-324, 1)", func() float64 { return Gamma(s, 5e-324, 1) }, 0, 0},
		{"Beta(1e-300, 1e-300)", func() float64 { return Beta(s, 1e-300, 1e-300) }, 0, 1},
		{"Beta(1e300, 1e-300)", func() float64 { return Beta(s, 1e300, 1e-300) }, 1, 1},
		{"InverseGamma(1e-5, 1)", func() float64 { return InverseGamma(s, 1e-5, 1) }, 0.1, math.Inf(1)},
		{"Normal without spread", func() float64 { return Normal(s, 3, 0) }, 3, 3},
		{"LogNormal without spread", func() float64 { return LogNormal(s, 0, 0) }, 1, 1},
	}
	for _, c := range cases {
		for range 200 {
			if x := c.draw(); !(x >= c.low && x <= c.high) {
				t.Errorf("%s = %v, want between %v and %v", c.name, x, c.low, c.high)
			}
		}
	}
}
