package quatre

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/quatre-ppl/quatre/samplers/transition"
)

// BenchmarkMappedGradient times one evaluation of the log density and its gradient
// in native code on hierarchical models: in the model's coordinates (plain), in
// mapped coordinates with constants that leave them as they are (written), and
// with others (mapped).
func BenchmarkMappedGradient(b *testing.B) {
	type target struct{ name, program, data string }
	var targets []target
	for _, name := range []string{"simple", "logistic", "eight_schools", "funnel", "stress", "medium", "radon", "sv", "nested", "poisson_groups"} {
		folder := filepath.Join("bench/models", name)
		targets = append(targets, target{name, filepath.Join(folder, "model.stan"), filepath.Join(folder, "data.json")})
	}
	if shared := os.Getenv("QUATRE_SHARED"); shared != "" {
		for _, name := range []string{"partially_pooled_centered", "variable_intercept_centered", "variable_intercept_slope_centered"} {
			targets = append(targets, target{"radon_all_" + name, filepath.Join("examples/posteriordb", "radon_"+name+".stan"), filepath.Join(shared, "posteriordb/data/radon_all.json")})
		}
	}
	for _, t := range targets {
		for _, as := range []string{"plain", "written", "mapped"} {
			b.Run(t.name+"/"+as, func(b *testing.B) { benchmarkMapped(b, programOf(b, t.program, t.data), as) })
		}
	}
}

func benchmarkMapped(b *testing.B, m *Model, as string) {
	p, err := Compile(context.Background(), m, CompileOptions{Backend: Native, NoMap: as == "plain"})
	if err != nil {
		b.Skip(err)
	}
	defer p.Close()
	c, err := p.Chain(0)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	if mapped, ok := c.(transition.Mapped); ok && as == "mapped" {
		if err := mapped.SetMap(someConstants(len(mapped.Latents()))); err != nil {
			b.Fatal(err)
		}
	}
	q, grad := make([]float64, p.Dim()), make([]float64, p.Dim())
	for i := range q {
		q[i] = 0.1
	}
	for b.Loop() {
		if _, err := c.LogDensityGrad(grad, q); err != nil {
			b.Fatal(err)
		}
	}
}
