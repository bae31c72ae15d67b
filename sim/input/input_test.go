package input_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/input"
)

func draw(l sim.Law, label string, n int) []float64 {
	x := make([]float64, n)
	src := rng.NewKey(1).Child(label).Stream()
	for done := 0; done < n; {
		// In odd portions, as a source draws.
		done += l.Fill(x[done:min(n, done+37)], src)
	}
	return x
}

// TestLaws_MeanIsThatOfTheDraws compares means of 20 000 draws with Mean. |z| < 4.5
// for some 20 laws fails by chance with probability 1.4e-4.
func TestLaws_MeanIsThatOfTheDraws(t *testing.T) {
	for _, build := range []func() (sim.Law, error){
		func() (sim.Law, error) { return input.Exponential(3) },
		func() (sim.Law, error) { return input.Uniform(-1, 4) },
		func() (sim.Law, error) { return input.Triangular(1, 2, 7) },
		func() (sim.Law, error) { return input.Triangular(1, 1, 7) },
		func() (sim.Law, error) { return input.Normal(5, 2) },
		func() (sim.Law, error) { return input.LogNormal(0.5, 0.7) },
		func() (sim.Law, error) { return input.Weibull(1.5, 3) },
		func() (sim.Law, error) { return input.Erlang(3, 6) },
		func() (sim.Law, error) { return input.Gamma(0.7, 2) },
		func() (sim.Law, error) { return input.Beta(2, 3, 1, 5) },
		func() (sim.Law, error) { return input.HyperExponential([]float64{0.2, 0.8}, []float64{3, 0.5}) },
		func() (sim.Law, error) { return input.Poisson(4.5) },
		func() (sim.Law, error) { return input.Geometric(0.3) },
		func() (sim.Law, error) { return input.Bernoulli(0.2) },
		func() (sim.Law, error) { return input.Integer(-2, 7) },
		func() (sim.Law, error) { return input.Choice([]float64{1, 0.5, 10, 0.25, -3, 0.25}) },
		func() (sim.Law, error) { return input.Empirical([]float64{5, 1, 2, 9}) },
		func() (sim.Law, error) { return input.Cycle([]float64{1, 2, 3}) },
	} {
		l, err := build()
		if err != nil {
			t.Fatal(err)
		}
		x := draw(l, l.String(), 20000)
		mean, se := check.MeanError(x)
		if z := (mean - l.Mean()) / se; math.Abs(z) > 4.5 {
			t.Errorf("%s: mean %v, want %v (z = %v)", l, mean, l.Mean(), z)
		}
		if inverse, ok := l.(sim.Inverse); ok {
			src := rng.NewKey(1).Child(l.String()).Stream()
			if got := inverse.FromUniform(src.Float64()); got != x[0] {
				t.Errorf("%s: FromUniform gives %v, Fill %v", l, got, x[0])
			}
		}
	}
}

func TestLaws_ImpossibleParametersAreErrors(t *testing.T) {
	nan := math.NaN()
	for i, err := range []error{
		second(input.Exponential(0)), second(input.Exponential(nan)), second(input.Uniform(2, 1)), second(input.Triangular(1, 5, 3)),
		second(input.Normal(0, -1)), second(input.Erlang(0, 1)), second(input.Gamma(-1, 1)), second(input.Beta(1, 1, 3, 3)),
		second(input.HyperExponential([]float64{0.5}, []float64{1})), second(input.Geometric(1.5)), second(input.Integer(3, 2)),
		second(input.Choice([]float64{1})), second(input.Choice([]float64{1, 0.4})), second(input.Empirical(nil)),
		second(input.Trace([]float64{1, nan})), second(input.Rates([]float64{1}, []float64{1}, 0)),
		second(input.Correlated([]sim.Law{sim.Constant(1)}, []float64{2})), second(input.AutoCorrelated(sim.Constant(1), 1)),
		second(input.AtLeast(input.Must(input.Normal(-100, 1)), 0)),
	} {
		if err == nil {
			t.Errorf("case %d is accepted", i)
		}
	}
}

func second(_ sim.Law, err error) error { return err }

func TestTrace_IsGivenOnce(t *testing.T) {
	l := input.Must(input.Trace([]float64{3, 1, 2}))
	dst := make([]float64, 5)
	if n := l.Fill(dst, nil); n != 3 || !slices.Equal(dst[:3], []float64{3, 1, 2}) {
		t.Errorf("%d numbers: %v", n, dst)
	}
	if n := l.Fill(dst, nil); n != 0 {
		t.Errorf("%d more", n)
	}
}

// TestRates_ArriveAtTheirRates counts the arrivals of 2000 periods in each part
// of the period: chi-square at level 1e-4.
func TestRates_ArriveAtTheirRates(t *testing.T) {
	l := input.Must(input.Rates([]float64{0, 2, 3}, []float64{1, 5, 0}, 4))
	src := rng.NewKey(2).Stream()
	counts := make([]int, 4)
	dst := make([]float64, 1)
	for now := 0.0; ; {
		l.Fill(dst, src)
		if now += dst[0]; now > 8000 {
			break
		}
		counts[int(math.Mod(now, 4))]++
	}
	if counts[3] != 0 {
		t.Errorf("%d arrivals at rate 0", counts[3])
	}
	for i, rate := range []float64{1, 1, 5} {
		want := rate * 2000
		if z := (float64(counts[i]) - want) / math.Sqrt(want); math.Abs(z) > 4 {
			t.Errorf("%d arrivals in hour %d, want %v (z = %v)", counts[i], i, want, z)
		}
	}
}

// correlation is that of the ranks.
func correlation(x, y []float64) float64 {
	rank := func(x []float64) []float64 {
		order := make([]int, len(x))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int {
			if x[a] < x[b] {
				return -1
			}
			return 1
		})
		r := make([]float64, len(x))
		for i, k := range order {
			r[k] = float64(i)/float64(len(x)) - 0.5
		}
		return r
	}
	a, b := rank(x), rank(y)
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return 12 * sum / float64(len(a))
}

// TestCorrelated_RanksAndMarginals: the rank correlation of a pair of normal
// scores with correlation r is 6/π asin(r/2); with 20 000 draws the error is
// about 0.007.
func TestCorrelated_RanksAndMarginals(t *testing.T) {
	want := func(r float64) float64 { return 6 / math.Pi * math.Asin(r/2) }
	expo := input.Must(input.Exponential(2))
	x := draw(input.Must(input.AutoCorrelated(expo, 0.7)), "auto", 20000)
	if r := correlation(x[1:], x[:len(x)-1]); math.Abs(r-want(0.7)) > 0.03 {
		t.Errorf("autocorrelation of ranks %v, want %v", r, want(0.7))
	}
	// Every 50th number is nearly independent of the others.
	var sparse []float64
	for i := 0; i < len(x); i += 50 {
		sparse = append(sparse, x[i])
	}
	_, p := check.KolmogorovSmirnov(sparse, func(x float64) float64 { return -elem.Expm1(-x / 2) })
	check.PValue(t, p, 1e-4)

	pairs := draw(input.Must(input.Correlated([]sim.Law{expo, input.Must(input.Normal(0, 1))}, []float64{1, -0.6, -0.6, 1})), "pairs", 40000)
	var a, b []float64
	for i := 0; i < len(pairs); i += 2 {
		a, b = append(a, pairs[i]), append(b, pairs[i+1])
	}
	if r := correlation(a, b); math.Abs(r-want(-0.6)) > 0.03 {
		t.Errorf("correlation of ranks %v, want %v", r, want(-0.6))
	}
}

// TestFit_FindsTheLaw fits samples of known laws; the parameters lie within a
// few standard errors.
func TestFit_FindsTheLaw(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of fits")
	}
	for _, c := range []struct {
		law  sim.Law
		best string
	}{
		{input.Must(input.Gamma(3, 2)), "gamma"},
		{input.Must(input.LogNormal(1, 0.8)), "lognormal"},
		{input.Must(input.Weibull(2.5, 3)), "weibull"},
		{input.Must(input.Normal(10, 2)), "normal"},
	} {
		sample := draw(c.law, c.law.String(), 500)
		fits, err := input.Fit(sample, rng.NewKey(3))
		if err != nil {
			t.Fatal(err)
		}
		best := fits[0]
		if best.Name != c.best || best.KSP < 0.01 || best.ADP < 0.01 {
			t.Errorf("%s: best is %s (KS p %v, AD p %v)", c.law, best.Law, best.KSP, best.ADP)
		}
		if math.Abs(best.Law.Mean()/c.law.Mean()-1) > 0.1 {
			t.Errorf("%s: fitted %s", c.law, best.Law)
		}
		if worst := fits[len(fits)-1]; worst.ADP > 0.02 {
			t.Errorf("%s: %s is not rejected (p = %v)", c.law, worst.Law, worst.ADP)
		}
	}
	for _, bad := range [][]float64{{1, 2}, {3, 3, 3, 3, 3, 3}, {1, 2, 3, 4, math.NaN()}} {
		if _, err := input.Fit(bad, rng.NewKey(1)); err == nil {
			t.Errorf("%v was fitted", bad)
		}
	}
}

func ExampleFit() {
	sample := make([]float64, 500)
	input.Must(input.Exponential(4)).Fill(sample, rng.NewKey(1).Stream())
	fits, err := input.Fit(sample, rng.NewKey(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range fits {
		if f.Name == "exponential" || f.Name == "normal" {
			fmt.Printf("%s: mean %.1f, rejected: %v\n", f.Name, f.Law.Mean(), f.ADP < 0.01)
		}
	}
	// Output:
	// exponential: mean 4.1, rejected: false
	// normal: mean 4.1, rejected: true
}
