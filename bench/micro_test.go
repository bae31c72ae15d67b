package bench

import (
	"context"
	"testing"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
)

// bySeven runs a benchmark on each posterior of the main comparison.
func bySeven(b *testing.B, backend quatre.BackendName, f func(*testing.B, *quatre.Posterior)) {
	l, err := ReadList("..")
	if err != nil {
		b.Fatal(err)
	}
	entries, err := l.Choose([]string{"seven"})
	if err != nil {
		b.Fatal(err)
	}
	for i := range entries {
		b.Run(entries[i].Name, func(b *testing.B) {
			s, err := newSubject(context.Background(), l, &entries[i], backend)
			if err != nil {
				b.Fatal(err)
			}
			defer s.posterior.Close()
			f(b, s.posterior)
		})
	}
}

// gradient measures value and gradient of a density.
func gradient(b *testing.B, density kernels.Executable) {
	q, grad := make([]float64, density.Dim()), make([]float64, density.Dim())
	for i := range q {
		q[i] = 0.1
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := density.LogDensityGrad(grad, q); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGradient measures the log density and its gradient of the seven
// posteriors.
func BenchmarkGradient(b *testing.B) {
	for _, backend := range []quatre.BackendName{quatre.Auto, quatre.Interpreter} {
		b.Run(string(backend), func(b *testing.B) {
			bySeven(b, backend, func(b *testing.B, p *quatre.Posterior) {
				density, err := p.LogDensity()
				if err != nil {
					b.Fatal(err)
				}
				defer density.Close()
				gradient(b, density)
			})
		})
	}
}

// BenchmarkRun measures a chain of 1000 + 1000 as users get it and by Stan's
// scheme: nanoseconds per leapfrog step, all included, and per draw.
func BenchmarkRun(b *testing.B) {
	for _, name := range []string{Default, Baseline} {
		c, err := FindConfig(name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.Name, func(b *testing.B) {
			bySeven(b, quatre.Auto, func(b *testing.B, p *quatre.Posterior) {
				leapfrogs, draws := int64(0), 0
				seed := uint64(0)
				for b.Loop() {
					seed++
					o := quatre.Options{Seed: seed, Sampler: quatre.DefaultSampler()}
					o.Sampler.Chains = 1
					c.Set(&o)
					report, err := quatre.Run(context.Background(), p, o)
					if err != nil {
						b.Fatal(err)
					}
					r := &report.Chains[0]
					leapfrogs, draws = leapfrogs+r.Warmup.Leapfrogs+r.Sampling.Leapfrogs, draws+r.Draws
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(leapfrogs), "ns/leapfrog")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(draws), "ns/draw")
			})
		})
	}
}

// BenchmarkElementwise measures the sum of an elementary function of 1024
// parameters with its gradient, in the backend that users get: nanoseconds per
// element for the function and its derivative.
func BenchmarkElementwise(b *testing.B) {
	const n = 1024
	positive := func(f func(any) expr.Expr) func(expr.Expr) expr.Expr {
		return func(x expr.Expr) expr.Expr { return f(x.Square().Add(0.5)) }
	}
	anywhere := func(f func(any) expr.Expr) func(expr.Expr) expr.Expr {
		return func(x expr.Expr) expr.Expr { return f(x) }
	}
	for _, c := range []struct {
		name string
		f    func(expr.Expr) expr.Expr
	}{
		{"Square", anywhere(expr.Square)}, {"Inv", positive(expr.Inv)}, {"Sqrt", positive(expr.Sqrt)},
		{"Exp", anywhere(expr.Exp)}, {"Expm1", anywhere(expr.Expm1)}, {"Log", positive(expr.Log)}, {"Log1p", positive(expr.Log1p)},
		{"Sin", anywhere(expr.Sin)}, {"Cos", anywhere(expr.Cos)}, {"Tanh", anywhere(expr.Tanh)}, {"Atan", anywhere(expr.Atan)},
		{"Lgamma", positive(expr.Lgamma)}, {"Digamma", positive(expr.Digamma)},
		{"InvLogit", anywhere(expr.InvLogit)}, {"Log1pExp", anywhere(expr.Log1pExp)},
		{"Pow", positive(func(x any) expr.Expr { return expr.Pow(x, 2.3) })},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := quatre.New("elementwise")
			x := m.Vector("x", n, dist.Normal(0, 1))
			m.Potential("sum", expr.Sum(c.f(x)))
			built, err := m.Build()
			if err != nil {
				b.Fatal(err)
			}
			_, post, err := compiled(context.Background(), built)
			if err != nil {
				b.Fatal(err)
			}
			defer post.Close()
			density, err := post.LogDensity()
			if err != nil {
				b.Fatal(err)
			}
			defer density.Close()
			gradient(b, density)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
		})
	}
}

// BenchmarkDiagnostics measures the diagnostics of one quantity, 4 chains of
// 1000 draws.
func BenchmarkDiagnostics(b *testing.B) {
	draws := normals(4, 1000, "x").Column(0)
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"RHat", func() { diag.RHat(draws) }}, {"ESSBulk", func() { diag.ESSBulk(draws) }}, {"ESSTail", func() { diag.ESSTail(draws) }},
		{"ESSMean", func() { diag.ESSMean(draws) }}, {"MCSEMean", func() { diag.MCSEMean(draws) }}, {"MCSESD", func() { diag.MCSESD(draws) }},
		{"MCSEQuantile", func() { diag.MCSEQuantile(draws, 0.05) }}, {"Summarize", func() { diag.Summarize("x", draws) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				c.f()
			}
		})
	}
}

// BenchmarkCompile measures the way from the text of a program to an executable
// of the interpreter, for the seven posteriors.
func BenchmarkCompile(b *testing.B) {
	bySeven(b, quatre.Interpreter, func(b *testing.B, p *quatre.Posterior) {
		for b.Loop() {
			again, err := quatre.Compile(context.Background(), p.Model(), quatre.CompileOptions{Backend: quatre.Interpreter})
			if err != nil {
				b.Fatal(err)
			}
			again.Close()
		}
	})
}
