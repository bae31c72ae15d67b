package quatre_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/tensor"
)

// A regression that is compiled once and fitted to two sets of data, with
// predictions at new values of its predictor.
func Example_newData() {
	m := quatre.New("regression")
	alpha := m.Param("alpha", dist.Normal(0, 10))
	beta := m.Param("beta", dist.Normal(0, 10))
	sigma := m.Param("sigma", dist.HalfNormal(1))
	line := func(x quatre.Expr) quatre.Expr { return alpha.Add(beta.Mul(x)) }
	m.Observe("y", dist.Normal(line(m.Data("x", []float64{0, 1, 2, 3, 4})), sigma), []float64{1.1, 2.9, 5.2, 7.0, 8.8})
	m.Predict("y_new", dist.Normal(line(m.Data("x_new", []float64{5, 10})), sigma))

	model, err := m.Build()
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	monday, err := quatre.Compile(ctx, model, quatre.CompileOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer monday.Close()
	tuesday, err := monday.Bind(map[string]any{"y": []float64{2.1, 1.0, -0.1, -1.1, -1.9}, "x_new": []float64{5, 20}})
	if err != nil {
		log.Fatal(err)
	}
	for _, day := range []*quatre.Posterior{monday, tuesday} {
		fit, err := quatre.SampleProblem(ctx, day, quatre.Options{Seed: 1})
		if err != nil {
			log.Fatal(err)
		}
		slope, _ := fit.Summary().Summary("beta")
		last, _ := fit.Summary().Summary("y_new[2]")
		fmt.Printf("slope about %.0f, prediction about %.0f\n", slope.Mean, last.Mean)
	}
	// Output:
	// slope about 2, prediction about 21
	// slope about -1, prediction about -18
}

// Groups that share what they have in common, not centred; each observation
// picks the effect of its group.
func Example_hierarchy() {
	group := []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3}
	y := []float64{4.8, 5.1, 5.0, 7.1, 6.9, 7.2, 3.0, 2.8, 3.1, 5.2, 4.9, 5.0}

	m := quatre.New("hierarchy")
	mu := m.Param("mu", dist.Normal(0, 10))
	tau := m.Param("tau", dist.HalfNormal(5))
	z := m.Vector("z", 4, dist.Normal(0, 1))
	effect := m.Deterministic("effect", mu.Add(tau.Mul(z)))
	sigma := m.Param("sigma", dist.HalfNormal(1))
	m.Observe("y", dist.Normal(effect.Pick(m.Index("group", group, 4)), sigma), y)

	settings := quatre.DefaultSampler()
	settings.TargetAccept = 0.95
	fit, err := quatre.Sample(context.Background(), m, quatre.Options{Seed: 1, Sampler: settings})
	if err != nil {
		log.Fatal(err)
	}
	summary := fit.Summary()
	for i := range 4 {
		s, _ := summary.Summary(fmt.Sprintf("effect[%d]", i+1))
		fmt.Printf("group %d: %.0f\n", i, s.Mean)
	}
	// Output:
	// group 0: 5
	// group 1: 7
	// group 2: 3
	// group 3: 5
}

// Counts with more zeros than a Poisson distribution has.
func Example_zeroInflated() {
	counts := []int{0, 0, 4, 0, 6, 5, 0, 3, 0, 0, 7, 5, 0, 4, 6, 0, 5, 0, 4, 6}

	m := quatre.New("visits")
	never := m.Param("never", dist.Beta(1, 1))
	rate := m.Param("rate", dist.Gamma(2, 0.5))
	visits := dist.ZeroInflated(never, dist.Poisson(rate))
	m.Observe("visits", visits, counts)
	m.Predict("next", visits)

	fit, err := quatre.Sample(context.Background(), m, quatre.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	summary := fit.Summary()
	p, _ := summary.Summary("never")
	r, _ := summary.Summary("rate")
	fmt.Printf("%.1f never come, the others about %.0f times\n", p.Mean, r.Mean)
	// Output: 0.4 never come, the others about 5 times
}

// A mixture whose weights and locations are parameters. The locations are
// ordered, since the components could trade places otherwise.
func Example_mixture() {
	y := []float64{-3.1, -2.7, -3.4, -2.9, 2.8, 3.3, 3.1, 2.6, 3.0, 3.5, 2.9, 2.8}

	m := quatre.New("mixture")
	weights := m.Param("weights", dist.Dirichlet([]float64{1, 1}))
	mu := m.Constrained("mu", tensor.Shape{2}, transform.Ordered(), dist.Normal(0, 5))
	sigma := m.Param("sigma", dist.HalfNormal(1))
	m.Observe("y", dist.Mixture(weights, dist.Normal(mu.At(0), sigma), dist.Normal(mu.At(1), sigma)), y)

	fit, err := quatre.Sample(context.Background(), m, quatre.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"mu[1]", "mu[2]", "weights[1]"} {
		s, _ := fit.Summary().Summary(name)
		fmt.Printf("%s about %.1f\n", name, s.Mean)
	}
	// Output:
	// mu[1] about -3.0
	// mu[2] about 3.0
	// weights[1] about 0.4
}

// correlated is a normal density of two coordinates with correlation 0.9,
// written by hand.
type correlated struct{}

func (correlated) Dim() int { return 2 }

func (correlated) LogDensityGrad(grad, q []float64) (float64, error) {
	const rho, scale = 0.9, 1 / (1 - 0.9*0.9)
	grad[0], grad[1] = -scale*(q[0]-rho*q[1]), -scale*(q[1]-rho*q[0])
	return 0.5 * (q[0]*grad[0] + q[1]*grad[1]), nil
}

// Any Go value with Dim and LogDensityGrad can be sampled.
func ExampleSampleDensity() {
	open := func(chain int) (samplers.LogDensity, error) { return correlated{}, nil }
	fit, err := quatre.SampleDensity(context.Background(), "x", 2, open, quatre.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	s, _ := fit.Summary().Summary("x[1]")
	fmt.Printf("standard deviation about %.1f\n", s.SD)
	// Output: standard deviation about 1.0
}

func ExampleFit_WriteSummary() {
	m := quatre.New("coin")
	p := m.Param("p", dist.Beta(1, 1))
	m.Observe("heads", dist.Bernoulli(p), []bool{true, true, false, true})
	fit, err := quatre.Sample(context.Background(), m, quatre.Options{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	if err := fit.WriteSummary(os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// mean    mcse     sd    5%    50%      95%  ess_bulk  ess_tail  r_hat
	// lp__  -4.36   0.017   0.73  -5.9  -4.06  -3.8209      1951      2375  1.001
	// p     0.662  0.0047  0.178  0.34   0.68    0.920      1371      1533  1.001
}
