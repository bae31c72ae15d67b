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
		g := float64(-tau * q[i])
		grad[i] = g
		logDensity += float64(0.5 * g * q[i])
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
// set against BenchmarkGradient, the density's own share of it. The usual step
// gives the short trees of a well adapted sampler, where a draw's momentum
// counts; the short step gives long ones, where only leapfrogs do.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		dim  int
		step float64
	}{{1, 0.5}, {10, 0.5}, {10, 0.01}, {100, 0.3}, {1000, 0.2}} {
		dim := c.dim
		b.Run(fmt.Sprintf("d=%d,step=%g", dim, c.step), func(b *testing.B) {
			s := newSampler(b, newNormal(dim), NewDiag(dim), c.step, Options{})
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
