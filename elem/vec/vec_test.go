package vec_test

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/elem/vec"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

var functions = []struct {
	name   string
	slice  func(dst, x []float64)
	scalar func(x float64) float64
	draw   func(s *rng.Stream) float64
}{
	{"Exp", vec.Exp, elem.Exp, func(s *rng.Stream) float64 { return rng.Uniform(s, -720, 720) }},
	{"Exp of small", vec.Exp, elem.Exp, func(s *rng.Stream) float64 { return rng.Uniform(s, -30, 3) }},
	{"Log", vec.Log, elem.Log, func(s *rng.Stream) float64 { return math.Float64frombits(s.Uint64() >> 1) }},
	{"Log near 1", vec.Log, elem.Log, func(s *rng.Stream) float64 { return rng.Uniform(s, 0.5, 2) }},
}

func TestSlices_HaveTheBitsOfElem(t *testing.T) {
	odd := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), 708, -708, 709.9, -746, 5e-324, 0x1p-1022, math.MaxFloat64}
	for _, f := range functions {
		s := rng.NewKey(1).Child(f.name).Stream()
		for n := range 300 {
			x := make([]float64, n)
			for i := range x {
				x[i] = f.draw(s)
				if n%3 == 0 && s.Intn(20) == 0 {
					x[i] = odd[s.Intn(len(odd))]
				}
			}
			want := make([]float64, n)
			for i := range x {
				want[i] = f.scalar(x[i])
			}
			got, verify := check.Guarded(n)
			f.slice(got, x)
			verify(t, f.name, n)
			check.CloseSlice(t, got, want, check.Exact, f.name, n)
			f.slice(x, x)
			check.CloseSlice(t, x, want, check.Exact, f.name, "in place", n)
		}
	}
}

func TestSlices_OfDifferentLengthsPanic(t *testing.T) {
	for _, f := range functions {
		check.Panics(t, "vec: ", func() { f.slice(make([]float64, 2), make([]float64, 3)) })
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }

// BenchmarkSlices reports nanoseconds per number.
func BenchmarkSlices(b *testing.B) {
	x, dst := make([]float64, 1024), make([]float64, 1024)
	for i := range x {
		x[i] = 0.01 * float64(i+1)
	}
	for _, f := range functions {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				f.slice(dst, x)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/number")
		})
	}
}
