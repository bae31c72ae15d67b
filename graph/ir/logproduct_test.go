package ir

import (
	"math"
	"testing"
)

func TestLogProduct_IsTheSumOfLogarithms(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 100, 5000} {
		x := make([]float64, n)
		want := 0.0
		for i := range x {
			x[i] = math.Ldexp(1+math.Abs(math.Sin(float64(i))), (i*i)%2000-1000)
			want += math.Log(x[i])
		}
		var p LogProduct
		p.Reset()
		p.Add(x[:n/16*8])
		p.Add(x[n/16*8:])
		if got := p.Log(n); math.Abs(got-want) > 1e-11*(1+math.Abs(want)) {
			t.Errorf("%d elements: %g, want %g", n, got, want)
		}
	}
}

// TestLogProduct_EndsOfTheRange takes the largest and the least number
// many times, and numbers that have no logarithm or are not normal.
func TestLogProduct_EndsOfTheRange(t *testing.T) {
	for _, v := range []float64{0x1p1023, 0x1p-1022} {
		var p LogProduct
		p.Reset()
		x := make([]float64, 40)
		for i := range x {
			x[i] = v
		}
		p.Add(x)
		want := 40 * math.Log(v)
		if got := p.Log(40); !(math.Abs(got-want) <= 1e-11*math.Abs(want)) {
			t.Errorf("40 times %g: %g, want %g", v, got, want)
		}
	}
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1), math.Inf(-1), 0x1p-1030} {
		var p LogProduct
		p.Reset()
		p.Add([]float64{2, 1, 3, v, 1, 1, 1, 1, 2, 2, 2, 2})
		if got := p.Log(12); !math.IsNaN(got) {
			t.Errorf("with %g: %g, want NaN", v, got)
		}
	}
}
