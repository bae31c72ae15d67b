package nuts

import (
	"fmt"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// normal is a normal density with independent coordinates of precision tau.
type normal struct{ tau []float64 }

func (d normal) Dim() int { return len(d.tau) }

func (d normal) LogDensityGrad(grad, q []float64) (float64, error) {
	logDensity := 0.0
	grad, q = grad[:len(d.tau)], q[:len(d.tau)]
	for i, tau := range d.tau {
		g := -tau * q[i]
		grad[i] = g
		logDensity += 0.5 * g * q[i]
	}
	return logDensity, nil
}

func newNormal(dim int) normal {
	d := normal{make([]float64, dim)}
	for i := range d.tau {
		d.tau[i] = 1
	}
	return d
}

// BenchmarkStep reports the time per draw and per leapfrog; the latter is to be
// set against BenchmarkGradient, the density's own share of it.
func BenchmarkStep(b *testing.B) {
	for _, dim := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("d=%d", dim), func(b *testing.B) {
			s, err := New(newNormal(dim), NewDiag(dim), Options{})
			if err != nil {
				b.Fatal(err)
			}
			s.SetStepSize(0.02)
			src := rng.NewKey(1).Stream()
			state := transition.NewState(dim)
			if err := s.Init(state, make([]float64, dim)); err != nil {
				b.Fatal(err)
			}
			leapfrogs := 0
			for b.Loop() {
				info, err := s.Step(src, state)
				if err != nil {
					b.Fatal(err)
				}
				leapfrogs += info.Leapfrogs
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(leapfrogs), "ns/leapfrog")
			b.ReportMetric(float64(leapfrogs)/float64(b.N), "leapfrogs/op")
		})
	}
}

// BenchmarkGradient is the density of BenchmarkStep by itself, called as the
// sampler calls it.
func BenchmarkGradient(b *testing.B) {
	for _, dim := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("d=%d", dim), func(b *testing.B) {
			var target transition.LogDensity = newNormal(dim)
			q, grad := make([]float64, dim), make([]float64, dim)
			for b.Loop() {
				if _, err := target.LogDensityGrad(grad, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
