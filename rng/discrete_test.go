package rng

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/quatre-ppl/quatre/internal/check"
)

type discreteCase struct {
	name string
	draw func(s *Stream) float64
	logP func(k float64) float64
	last int // counts above share one cell
}

func poissonCase(mean float64) discreteCase {
	return discreteCase{
		fmt.Sprintf("Poisson(%v)", mean),
		func(s *Stream) float64 { return Poisson(s, mean) },
		distuv.Poisson{Lambda: mean}.LogProb,
		int(mean + 8*math.Sqrt(mean) + 8),
	}
}

func binomialCase(n int, p float64) discreteCase {
	return discreteCase{
		fmt.Sprintf("Binomial(%d, %v)", n, p),
		func(s *Stream) float64 { return float64(Binomial(s, n, p)) },
		func(k float64) float64 {
			return logChoose(float64(n), k) + k*math.Log(p) + (float64(n)-k)*math.Log1p(-p)
		},
		n,
	}
}

func negBinomialLogP(alpha, beta float64) func(k float64) float64 {
	return func(k float64) float64 {
		return logGamma(k+alpha) - logGamma(alpha) - logGamma(k+1) + alpha*math.Log(beta/(beta+1)) - k*math.Log1p(beta)
	}
}

func negBinomialCase(alpha, beta float64) discreteCase {
	mean := alpha / beta
	return discreteCase{
		fmt.Sprintf("NegBinomial(%v, %v)", alpha, beta),
		func(s *Stream) float64 { return NegBinomial(s, alpha, beta) },
		negBinomialLogP(alpha, beta),
		int(mean + 10*math.Sqrt(mean*(1+1/beta)) + 10),
	}
}

func betaBinomialCase(n int, alpha, beta float64) discreteCase {
	return discreteCase{
		fmt.Sprintf("BetaBinomial(%d, %v, %v)", n, alpha, beta),
		func(s *Stream) float64 { return float64(BetaBinomial(s, n, alpha, beta)) },
		func(k float64) float64 {
			return logChoose(float64(n), k) + logBeta(k+alpha, float64(n)-k+beta) - logBeta(alpha, beta)
		},
		n,
	}
}

func geometricCase(p float64) discreteCase {
	return discreteCase{
		fmt.Sprintf("Geometric(%v)", p),
		func(s *Stream) float64 { return Geometric(s, p) },
		func(k float64) float64 {
			if k == 0 {
				return math.Log(p) // 0·log 0 is 0 at p = 1
			}
			return math.Log(p) + k*math.Log1p(-p)
		},
		int(20 / p),
	}
}

func hypergeometricCase(draws, good, bad int) discreteCase {
	return discreteCase{
		fmt.Sprintf("Hypergeometric(%d, %d, %d)", draws, good, bad),
		func(s *Stream) float64 { return float64(Hypergeometric(s, draws, good, bad)) },
		func(k float64) float64 {
			n, g, b := float64(draws), float64(good), float64(bad)
			if k > g || n-k > b {
				return math.Inf(-1)
			}
			return logChoose(g, k) + logChoose(b, n-k) - logChoose(g+b, n)
		},
		min(draws, good),
	}
}

func discreteCases() []discreteCase {
	cases := []discreteCase{
		{"Bernoulli(0.3)", func(s *Stream) float64 { return float64(Bernoulli(s, 0.3)) }, distuv.Bernoulli{P: 0.3}.LogProb, 1},
		{"Intn(7)", func(s *Stream) float64 { return float64(s.Intn(7)) }, func(float64) float64 { return -math.Log(7) }, 6},
		{"NegBinomial2(5, 0.8)", func(s *Stream) float64 { return NegBinomial2(s, 5, 0.8) }, negBinomialLogP(0.8, 0.8/5.0), 100},
		{"NegBinomial2(300, 40)", func(s *Stream) float64 { return NegBinomial2(s, 300, 40) }, negBinomialLogP(40, 40.0/300), 1000},
	}
	for _, mean := range []float64{1e-3, 0.4, 2, 9.99, 10, 12.5, 40, 1000, 1e4} {
		cases = append(cases, poissonCase(mean))
	}
	for _, c := range []struct {
		n int
		p float64
	}{
		{0, 0.5}, {1, 0.2}, {10, 0.3}, {10, 0.9}, {19, 0.5}, {20, 0.5}, {21, 0.49},
		{40, 0.5}, {40, 0.8}, {100, 0.15}, {1000, 0.001}, {1000, 0.02}, {5000, 0.6}, {300, 0.99},
	} {
		cases = append(cases, binomialCase(c.n, c.p))
	}
	for _, c := range []struct{ alpha, beta float64 }{{0.3, 0.1}, {1, 1}, {4, 0.02}, {200, 3}} {
		cases = append(cases, negBinomialCase(c.alpha, c.beta))
	}
	for _, c := range []struct {
		n           int
		alpha, beta float64
	}{{10, 0.1, 0.2}, {10, 1e-3, 2e-3}, {50, 2, 3}, {200, 30, 1}} {
		cases = append(cases, betaBinomialCase(c.n, c.alpha, c.beta))
	}
	for _, p := range []float64{1, 0.9, 0.3, 0.01} {
		cases = append(cases, geometricCase(p))
	}
	for _, c := range []struct{ draws, good, bad int }{
		{0, 5, 5}, {5, 0, 5}, {5, 5, 0}, {3, 4, 6}, {8, 4, 6}, {7, 6, 4}, {10, 4, 6}, {40, 30, 500}, {60, 200, 150},
		{300, 200, 150}, {100, 500, 500}, {900, 700, 300}, {50, 3000, 1000}, {4000, 100, 9000},
	} {
		cases = append(cases, hypergeometricCase(c.draws, c.good, c.bad))
	}
	return cases
}

func TestDiscrete_FollowTheirProbabilities(t *testing.T) {
	const n = 60_000
	for _, c := range discreteCases() {
		expected := make([]float64, c.last+2)
		rest := 1.0
		for k := range c.last + 1 {
			p := math.Exp(c.logP(float64(k)))
			if math.IsNaN(p) { // 0·log 0 of a reference at the edge
				t.Fatalf("%s: no reference at %d", c.name, k)
			}
			expected[k] = n * p
			rest -= p
		}
		expected[c.last+1] = n * max(0, rest)

		s := NewKey(testSeed).Child(c.name).Stream()
		counts := make([]int, len(expected))
		for range n {
			k := c.draw(s)
			if k < 0 || k != math.Floor(k) {
				t.Fatalf("%s = %v, want a count", c.name, k)
			}
			counts[int(min(k, float64(c.last+1)))]++
		}
		statistic, p := check.ChiSquare(counts, expected)
		check.PValue(t, p, falseAlarm, c.name, "seed", testSeed, "chi-square", statistic)
	}
}

// At these sizes a count is normal for the test: the skewness and the width
// of a step are below 3e-4 standard deviations.
func TestDiscrete_HugeCountsAreNormal(t *testing.T) {
	type normalCase struct {
		name           string
		draw           func(s *Stream) float64
		mean, variance float64
	}
	cases := []normalCase{
		{"Binomial(1e15, 0.3)", func(s *Stream) float64 { return float64(Binomial(s, 1e15, 0.3)) }, 3e14, 2.1e14},
		{"Binomial(1e15, 0.7)", func(s *Stream) float64 { return float64(Binomial(s, 1e15, 0.7)) }, 7e14, 2.1e14},
		{"Hypergeometric(1e12, 3e12, 4e12)", func(s *Stream) float64 { return float64(Hypergeometric(s, 1e12, 3e12, 4e12)) },
			3e12 / 7, 3e12 / 7 * 4 / 7 * 6 / 7},
	}
	for _, mean := range []float64{1e8, 1e12, 1e15, 1e18} {
		cases = append(cases, normalCase{fmt.Sprintf("Poisson(%v)", mean), func(s *Stream) float64 { return Poisson(s, mean) }, mean, mean})
	}
	for _, c := range cases {
		expectContinuous(t, continuousCase{
			c.name,
			func(s *Stream) float64 { return (c.draw(s) - c.mean) / math.Sqrt(c.variance) },
			distuv.UnitNormal.CDF,
		})
	}
}

func TestDiscrete_EdgesAreExact(t *testing.T) {
	s := NewKey(testSeed).Child("edges").Stream()
	for range 200 {
		for _, c := range []struct {
			name      string
			got, want float64
		}{
			{"Bernoulli(0)", float64(Bernoulli(s, 0)), 0},
			{"Bernoulli(1)", float64(Bernoulli(s, 1)), 1},
			{"Binomial(1e6, 0)", float64(Binomial(s, 1e6, 0)), 0},
			{"Binomial(1e6, 1)", float64(Binomial(s, 1e6, 1)), 1e6},
			{"Binomial(7, 1e-300)", float64(Binomial(s, 7, 1e-300)), 0},
			{"Poisson(0)", Poisson(s, 0), 0},
			{"Poisson(1e-300)", Poisson(s, 1e-300), 0},
			{"Poisson(1e300)", Poisson(s, 1e300), 1e300},
			{"NegBinomial2(0, 3)", NegBinomial2(s, 0, 3), 0},
			{"Hypergeometric(9, 9, 0)", float64(Hypergeometric(s, 9, 9, 0)), 9},
			{"CategoricalLogit", float64(CategoricalLogit(s, []float64{math.Inf(-1), -1e4, math.Inf(-1)})), 1},
			{"Categorical", float64(Categorical(s, []float64{0, 1e-300, 0})), 1},
		} {
			check.Close(t, c.got, c.want, check.Exact, c.name)
		}
		if k := NegBinomial(s, 1e3, 1e-308); !math.IsInf(k, 1) {
			t.Errorf("NegBinomial of an overflowing mean = %v, want +Inf", k)
		}
		if k := Geometric(s, 1e-300); !(k > 1e280) {
			t.Errorf("Geometric(1e-300) = %v, want a huge count", k)
		}
	}
}

// TestChopDown_EndsWhenProbabilitiesDoNotSumToOne gives the search a u above
// all that it can take away.
func TestChopDown_EndsWhenProbabilitiesDoNotSumToOne(t *testing.T) {
	const highest = 1 - 0x1p-53
	if k := chopDown(highest, math.Exp(-9.5), func(k float64) float64 { return 9.5 / k }); k < 30 || k > 60 {
		t.Errorf("Poisson search ends at %v, want about 40", k)
	}
	ratio := func(k float64) float64 { return (19 - k + 1) / k }
	if k := chopDown(1, math.Pow(0.5, 19), ratio); k != 19 {
		t.Errorf("Binomial search ends at %v, want 19", k)
	}
}

func logGamma(x float64) float64 { y, _ := math.Lgamma(x); return y }

func logBeta(a, b float64) float64 { return logGamma(a) + logGamma(b) - logGamma(a+b) }

func logChoose(n, k float64) float64 {
	return logGamma(n+1) - logGamma(k+1) - logGamma(n-k+1)
}
