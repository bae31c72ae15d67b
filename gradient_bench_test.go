package quatre

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/stan"
	"github.com/quatre-ppl/quatre/stan/data"
)

// programOf reads a Stan program over its data.
func programOf(b *testing.B, program, dataFile string) *Model {
	b.Helper()
	text, err := os.ReadFile(program)
	if err != nil {
		b.Fatal(err)
	}
	p, err := stan.Parse(program, string(text))
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.Open(dataFile)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	set, err := data.Read(f, dataFile)
	if err != nil {
		b.Fatal(err)
	}
	m, err := p.Model(set, stan.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// BenchmarkGradient times one evaluation of the log density and its gradient in
// native code, on the examples of the repository and, where QUATRE_SHARED names
// the folder that has posteriordb, on its data, in the coordinates of the models:
// with the sums over data reduced and as they are written.
func BenchmarkGradient(b *testing.B) {
	type target struct{ name, program, data string }
	var targets []target
	folders, err := filepath.Glob("examples/stan/*")
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range folders {
		targets = append(targets, target{filepath.Base(f), filepath.Join(f, "model.stan"), filepath.Join(f, "data.json")})
	}
	shared := filepath.Join(os.Getenv("QUATRE_SHARED"), "posteriordb")
	posteriors, err := filepath.Glob(filepath.Join(shared, "oracle", "*.json"))
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range posteriors {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		set, model, _ := strings.Cut(name, "-")
		program := filepath.Join("examples/posteriordb", model+".stan")
		if _, err := os.Stat(program); err == nil {
			targets = append(targets, target{name, program, filepath.Join(shared, "data", set+".json")})
		}
	}
	for _, t := range targets {
		for _, as := range []struct {
			name     string
			noReduce bool
		}{{"reduced", false}, {"as written", true}} {
			b.Run(t.name+"/"+as.name, func(b *testing.B) { benchmarkGradient(b, programOf(b, t.program, t.data), as.noReduce) })
		}
	}
}

func benchmarkGradient(b *testing.B, m *Model, noReduce bool) {
	p, err := Compile(context.Background(), m, CompileOptions{Backend: Native, NoReduce: noReduce, NoMap: true})
	if err != nil {
		b.Skip(err)
	}
	defer p.Close()
	e, err := p.LogDensity()
	if err != nil {
		b.Fatal(err)
	}
	q, grad := make([]float64, p.Dim()), make([]float64, p.Dim())
	for i := range q {
		q[i] = 0.1
	}
	for b.Loop() {
		e.LogDensityGrad(grad, q)
	}
}
