package graph

import (
	"testing"

	"github.com/quatre-ppl/quatre/kernels/interp"
)

func BenchmarkCompile(b *testing.B) {
	for _, d := range densities {
		b.Run(d.name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := CompileDensity(d.make(), d.dim); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkInterpreter(b *testing.B) {
	for _, d := range densities {
		b.Run(d.name, func(b *testing.B) {
			p, in, err := CompileDensity(d.make(), d.dim)
			if err != nil {
				b.Fatal(err)
			}
			code, err := interp.New(p)
			if err != nil {
				b.Fatal(err)
			}
			e, err := code.Bind(in)
			if err != nil {
				b.Fatal(err)
			}
			q, grad := make([]float64, d.dim), make([]float64, d.dim)
			b.ReportAllocs()
			for b.Loop() {
				e.LogDensityGrad(grad, q)
			}
		})
	}
}
