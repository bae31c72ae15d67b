package quatre

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/kerneltest"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/tensor"
)

var (
	schoolsY     = []float64{28, 8, -3, 7, -1, 1, 18, 12}
	schoolsSigma = []float64{15, 10, 16, 11, 9, 11, 10, 18}
)

// schools is eight schools, not centred.
func schools() *Builder {
	m := New("eight schools")
	mu := m.Param("mu", dist.Normal(0, 5))
	tau := m.Param("tau", dist.HalfNormal(5))
	z := m.Vector("z", 8, dist.Normal(0, 1))
	theta := m.Deterministic("theta", mu.Add(tau.Mul(z)))
	m.Observe("y", dist.Normal(theta, m.Data("sigma", schoolsSigma)), schoolsY)
	return m
}

// varied uses indexing, matrices, Where and several families.
func varied() *Builder {
	m := New("varied")
	group := m.Index("group", []int{0, 1, 2, 0, 1, 2, 2}, 3)
	alpha := m.Vector("alpha", 3, dist.StudentT(4, 0, 2))
	beta := m.Vector("beta", 2, dist.StudentT(7, 0, 1))
	sigma := m.Param("sigma", dist.Gamma(2, 1))
	w := m.Param("w", dist.Beta(2, 2))
	x := m.Data("x", [][]float64{{1, 2}, {0.5, -1}, {2, 0}, {-1, 1}, {0, 0.3}, {1, 1}, {-2, 0.1}})
	eta := expr.Pick(alpha, group).Add(expr.MulVec(x, beta))
	late := m.Data("late", []float64{0, 0, 1, 1, 0, 1, 0})
	m.Observe("count", dist.PoissonLog(expr.Where(late, eta, expr.Mul(0.5, eta))), []int{1, 0, 3, 2, 1, 4, 0})
	m.Observe("y", dist.Normal(eta, sigma), []float64{1, -1, 2, 0.5, 0.2, 2, -1.5})
	m.Observe("yes", dist.Bernoulli(w), []int{1, 0, 1, 1})
	m.Deterministic("eta", eta)
	return m
}

func build(t *testing.T, b *Builder) *Model {
	t.Helper()
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func compiled(t *testing.T, b *Builder, o CompileOptions) *Posterior {
	t.Helper()
	o.CPU.CacheDir = t.TempDir()
	p, err := Compile(context.Background(), build(t, b), o)
	if errors.Is(err, kernels.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func few(chains int) *samplers.Options {
	o := samplers.DefaultOptions()
	o.Chains, o.Warmup, o.Draws = chains, 200, 100
	return &o
}

// draws returns all draws of a run, chain after chain.
func draws(t *testing.T, p samplers.Problem, o Options) []float64 {
	t.Helper()
	fit, err := SampleProblem(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	var all []float64
	for c := range fit.Draws.Chains() {
		for i := range fit.Draws.Len(c) {
			values, stats := fit.Draws.Row(c, i)
			all = append(append(all, values...), stats...)
		}
	}
	return all
}

func sameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !kerneltest.SameBits(got[i], want[i]) {
			t.Fatalf("%s: number %d is %x, want %x", what, i, got[i], want[i])
		}
	}
}

func TestSample_DrawsDoNotDependOnWhoRunsThem(t *testing.T) {
	for name, b := range map[string]func() *Builder{"schools": schools, "varied": varied} {
		t.Run(name, func(t *testing.T) {
			o := Options{Seed: 7, Sampler: few(3)}
			want := draws(t, compiled(t, b(), CompileOptions{Backend: Interpreter}), o)
			sameBits(t, "native code", draws(t, compiled(t, b(), CompileOptions{Backend: Native}), o), want)
			sameBits(t, "changing in mid-run", draws(t, compiled(t, b(), CompileOptions{}), o), want)

			none := CompileOptions{}
			none.CPU.Compiler = "no-such-compiler"
			sameBits(t, "no compiler", draws(t, compiled(t, b(), none), o), want)

			late := CompileOptions{}
			late.CPU.Compiler = lateCompiler(t)
			sameBits(t, "a slow compiler", draws(t, compiled(t, b(), late), o), want)

			old := runtime.GOMAXPROCS(1)
			one := o
			one.Sampler = few(3)
			one.Sampler.Parallel = 1
			got := draws(t, compiled(t, b(), CompileOptions{}), one)
			runtime.GOMAXPROCS(old)
			sameBits(t, "one processor", got, want)

			alone := o
			alone.Sampler = few(1)
			got = draws(t, compiled(t, b(), CompileOptions{}), alone)
			sameBits(t, "the first chain alone", got, want[:len(got)])
		})
	}
}

// TestSample_QuantitiesDoNotDependOnWhoComputesThem waits for the native code of the
// reported quantities, which short runs would not see.
func TestSample_QuantitiesDoNotDependOnWhoComputesThem(t *testing.T) {
	predicted := func() *Builder {
		b := schools()
		b.Predict("new", dist.Normal(b.Param("other", dist.Normal(0, 1)), 2))
		return b
	}
	wide := func() *Builder { // its values do not fit into one call
		b := New("wide")
		b.Deterministic("y", expr.Exp(b.Vector("x", 150, dist.Normal(0, 1))))
		return b
	}
	for name, b := range map[string]func() *Builder{
		"schools": schools, "varied": varied, "predicted": predicted, "funnel": funnel, "wide": wide,
	} {
		t.Run(name, func(t *testing.T) {
			p := compiled(t, b(), CompileOptions{})
			if err := p.WaitNative(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, thin := range []int{1, 3} {
				o := Options{Seed: 7, Sampler: few(2)}
				o.Sampler.Draws, o.Sampler.Thin, o.Sampler.SaveWarmup = 150, thin, thin > 1
				want := draws(t, compiled(t, b(), CompileOptions{Backend: Interpreter}), o)
				sameBits(t, fmt.Sprintf("thinned by %d", thin), draws(t, p, o), want)
			}
		})
	}
}

// lateCompiler is a C compiler that takes its time, so that the change comes
// somewhere within the run.
func lateCompiler(t *testing.T) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler")
	}
	script := filepath.Join(t.TempDir(), "cc")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nsleep 0.02\nexec "+cc+" \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return script
}

// TestSample_ReferencePosterior compares with the posterior of eight schools
// from a long independent run.
func TestSample_ReferencePosterior(t *testing.T) {
	fit, err := Sample(context.Background(), schools(), Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		mean, sd float64
	}{{"mu", 4.435, 3.277}, {"tau", 3.296, 2.488}} {
		x, ok := fit.Draws.Value(c.name)
		if !ok {
			t.Fatal("no draws of", c.name)
		}
		// The reference is known to about 0.02; four standard errors of ours.
		if d := math.Abs(diag.Mean(x) - c.mean); d > 4*diag.MCSEMean(x)+0.02 {
			t.Errorf("mean of %s is %.3f, want %.3f", c.name, diag.Mean(x), c.mean)
		}
		if d := math.Abs(diag.SD(x) - c.sd); d > 4*diag.MCSESD(x)+0.05 {
			t.Errorf("sd of %s is %.3f, want %.3f", c.name, diag.SD(x), c.sd)
		}
		if r := diag.RHat(x); r > 1.01 {
			t.Errorf("R-hat of %s is %.3f", c.name, r)
		}
	}
}

func TestPosterior_BackendsAgreeAtExtremePoints(t *testing.T) {
	for name, b := range map[string]func() *Builder{"schools": schools, "varied": varied} {
		t.Run(name, func(t *testing.T) {
			p := compiled(t, b(), CompileOptions{Backend: Native})
			kerneltest.Compare(t, p.native, p.density, p.inputs, kerneltest.Points)
		})
	}
}

func TestPosterior_GradientAndAllocations(t *testing.T) {
	for name, b := range map[string]func() *Builder{"schools": schools, "varied": varied} {
		p := compiled(t, b(), CompileOptions{})
		e, err := p.LogDensity()
		if err != nil {
			t.Fatal(err)
		}
		q, grad, scratch := make([]float64, p.Dim()), make([]float64, p.Dim()), make([]float64, p.Dim())
		for i := range q {
			q[i] = 0.1*float64(i%7-3) + 0.05
		}
		if _, err := e.LogDensityGrad(grad, q); err != nil {
			t.Fatal(err)
		}
		check.Gradient(t, grad, q, func(x []float64) float64 {
			v, _ := e.LogDensityGrad(scratch, x)
			return v
		}, check.FD, name)
		if err := p.WaitNative(context.Background()); err != nil && !errors.Is(err, kernels.ErrUnavailable) {
			t.Fatal(err)
		}
		e.LogDensityGrad(grad, q) // the change of backend may allocate
		if n := testing.AllocsPerRun(50, func() { e.LogDensityGrad(grad, q) }); n != 0 {
			t.Errorf("%s: %g allocations per gradient", name, n)
		}
	}
}

// failing is a model whose second site is impossible.
func failing() *Builder {
	m := New("failing")
	mu := m.Param("mu", dist.Normal(0, 1))
	m.Potential("barrier", expr.Log(expr.Sub(-1, expr.Square(mu))))
	return m
}

func TestSample_NamesTheSiteThatIsNotFinite(t *testing.T) {
	_, err := Sample(context.Background(), failing(), Options{Seed: 1, Sampler: few(1)})
	if err == nil || !strings.Contains(err.Error(), "barrier") {
		t.Errorf("got %v, want an error that names the site", err)
	}
}

func TestCompile_NeedsParameters(t *testing.T) {
	m := New("empty")
	m.Observe("y", dist.Normal(0, 1), []float64{1})
	_, err := Sample(context.Background(), m, Options{})
	if !errors.Is(err, samplers.ErrNoParameters) {
		t.Errorf("got %v, want ErrNoParameters", err)
	}
}

func TestSampleDensity_TakesAnyGoValue(t *testing.T) {
	fit, err := SampleDensity(context.Background(), "x", 3, func(int) (samplers.LogDensity, error) {
		return gaussian{}, nil
	}, Options{Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	x, _ := fit.Draws.Value("x[3]")
	check.Close(t, diag.SD(x), 1, check.Z(4, diag.MCSESD(x)), "standard deviation")
}

// gaussian is a standard normal density written by hand.
type gaussian struct{}

func (gaussian) Dim() int { return 3 }

func (gaussian) LogDensityGrad(grad, q []float64) (float64, error) {
	sum := 0.0
	for i, x := range q {
		grad[i] = -x
		sum += x * x
	}
	return -sum / 2, nil
}

func TestBuilder_ReportsEveryMistakeWithItsSite(t *testing.T) {
	m := New("wrong")
	a := m.Vector("a", 3, dist.Normal(0, 1))
	b := m.Vector("b", 4, dist.Normal(0, 1))
	m.Deterministic("sum", a.Add(b))
	m.Observe("y", dist.Normal(a, 1), []float64{1, 2})
	m.Param("a", dist.Normal(0, 1))
	m.Param("k", dist.Poisson(3))
	m.Param("s", dist.Normal(0, -1))
	m.Array("c", tensor.Shape{2, 2}, dist.Normal(a, 1))
	m.Observe("n", dist.Poisson(3), []int{1, -2})
	_, err := m.Build()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`"sum"`, "(3)", "(4)", `"y"`, "(2)", "twice", "discrete", `"s"`, `"c"`, "(2, 2)", `"n"`, "-2"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not mention %s:\n%v", want, err)
		}
	}
}
