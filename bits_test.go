package quatre

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/cpu"
	"github.com/quatre-ppl/quatre/kernels/kerneltest"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/reduce"
	"github.com/quatre-ppl/quatre/stan"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/tensor"
)

func nativeBackend(t *testing.T) *cpu.Backend {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles many programs")
	}
	b, err := cpu.New(cpu.Options{CacheDir: t.TempDir()})
	if errors.Is(err, kernels.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// TestExamples_NativeCodeHasTheInterpretersBits compares every example of the
// repository at ordinary and extreme points.
func TestExamples_NativeCodeHasTheInterpretersBits(t *testing.T) {
	b := nativeBackend(t)
	programs, err := filepath.Glob("examples/stan/*/*.stan")
	if err != nil || len(programs) < 30 {
		t.Fatal(len(programs), err)
	}
	for _, path := range programs {
		t.Run(path, func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			p, err := stan.Parse(path, string(text))
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(filepath.Dir(path), "data.json")
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			set, err := data.Read(f, name)
			if err != nil {
				t.Fatal(err)
			}
			m, err := p.Model(set, stan.Options{})
			if err != nil {
				t.Fatal(err)
			}
			reduced, _ := reduce.LogDensity(m)
			program, inputs, err := graph.CompileDensity(reduced, m.Dim)
			if err != nil {
				t.Fatal(err)
			}
			kerneltest.Compare(t, b, program, inputs, kerneltest.Points)
		})
	}
}

// TestDistributions_NativeCodeHasTheInterpretersBits evaluates every family with
// its parameters and, where it is continuous, its value at the point, in loops
// that end with a broken block of lanes.
func TestDistributions_NativeCodeHasTheInterpretersBits(t *testing.T) {
	b := nativeBackend(t)
	const n = 11
	part := func(k int) expr.Expr { return expr.Unconstrained("q", k*n, tensor.Shape{n}) }
	one := func(k int) expr.Expr { return expr.At(part(3), k) }
	a, c, x := part(0), expr.Exp(part(1)), part(2)
	d, positive, unit := expr.Exp(expr.Mul(0.5, a)), expr.Exp(x), expr.InvLogit(x)
	counts := expr.Of([]int{0, 1, 2, 3, 0, 7, 1, 12, 2, 5, 1})
	bits := expr.Of([]int{0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1})
	simplex := expr.Softmax(expr.Part(part(3), 0, 4))
	factor := expr.Cholesky(expr.Add(expr.OuterProduct(x, x), expr.Rows("", identity(n))))
	cov := expr.MatMul(factor, expr.Transpose(factor))
	two := []dist.Distribution{dist.Normal(a, c), dist.Normal(expr.Neg(a), 1)}

	families := map[string]struct {
		law dist.Distribution
		at  expr.Expr
	}{
		"normal": {dist.Normal(a, c), x}, "half normal": {dist.HalfNormal(c), positive}, "lognormal": {dist.LogNormal(a, c), positive},
		"student t": {dist.StudentT(d, a, c), x}, "half student t": {dist.HalfStudentT(d, c), positive},
		"cauchy": {dist.Cauchy(a, c), x}, "half cauchy": {dist.HalfCauchy(c), positive}, "laplace": {dist.Laplace(a, c), x},
		"logistic": {dist.Logistic(a, c), x}, "gumbel": {dist.Gumbel(a, c), x}, "exponential": {dist.Exponential(c), positive},
		"gamma": {dist.Gamma(c, d), positive}, "inverse gamma": {dist.InverseGamma(c, d), positive}, "weibull": {dist.Weibull(c, d), positive},
		"chi square": {dist.ChiSquare(c), positive}, "inv chi square": {dist.InvChiSquare(c), positive},
		"scaled inv chi square": {dist.ScaledInvChiSquare(c, d), positive}, "beta": {dist.Beta(c, d), unit}, "uniform": {dist.Uniform(a, expr.Add(a, c)), x},
		"bernoulli": {dist.Bernoulli(unit), bits}, "bernoulli logit": {dist.BernoulliLogit(x), bits},
		"binomial": {dist.Binomial(12, unit), counts}, "binomial logit": {dist.BinomialLogit(12, x), counts},
		"beta binomial": {dist.BetaBinomial(12, c, d), counts}, "poisson": {dist.Poisson(c), counts}, "poisson log": {dist.PoissonLog(x), counts},
		"neg binomial": {dist.NegBinomial(c, d), counts}, "neg binomial log": {dist.NegBinomialLog(x, d), counts},
		"categorical":       {dist.Categorical(simplex), expr.Of([]int{1, 4, 2})},
		"categorical logit": {dist.CategoricalLogit(part(3)), expr.Of([]int{1, 11, 2})},
		"dirichlet":         {dist.Dirichlet(expr.Exp(expr.Part(part(3), 4, 4))), simplex},
		"mv normal":         {dist.MvNormal(a, cov), x}, "mv normal precision": {dist.MvNormalPrecision(a, cov), x},
		"mv normal cholesky": {dist.MvNormalCholesky(a, factor), x},
		"random walk":        {dist.GaussianRandomWalk(dist.Normal(0, 1), one(0), expr.Exp(one(1))), x},
		"zero inflated":      {dist.ZeroInflated(unit, dist.Poisson(c)), counts},
		"mixture":            {dist.Mixture(expr.Part(simplex, 0, 2), two...), x},
		"truncated":          {dist.Truncated(dist.Normal(a, c), -1, 2), expr.Sub(expr.Mul(3, unit), 1)},
		"truncated counts":   {dist.Truncated(dist.Poisson(c), nil, 12), counts},
		"left censored":      {dist.LeftCensored(dist.Weibull(c, d)), positive}, "right censored": {dist.RightCensored(dist.Gamma(c, d)), positive},
		"interval censored": {dist.IntervalCensored(dist.StudentT(expr.Exp(one(1)), one(0), 1)), expr.Of([][]float64{{-1, 2}, {0, 1}})},
		"custom":            {dist.Custom("custom", nil, func(x expr.Expr) expr.Expr { return expr.Neg(expr.Square(x)) }, dist.Support{Kind: dist.Real}), x},
	}
	for name, f := range families {
		t.Run(name, func(t *testing.T) {
			if err := f.law.Err(); err != nil {
				t.Fatal(err)
			}
			program, inputs, err := graph.CompileDensity(expr.SumOver(f.law.LogDensity(f.at), n), 4*n)
			if err != nil {
				t.Fatal(err)
			}
			kerneltest.Compare(t, b, program, inputs, kerneltest.Points)
		})
	}
}

func identity(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		m[i][i] = 1
	}
	return m
}
