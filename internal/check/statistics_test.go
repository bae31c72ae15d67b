package check

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The values are the alternating series of 400 terms at 40 digits.
func TestKolmogorovTail_KnownValues(t *testing.T) {
	for _, c := range []struct{ x, tail float64 }{
		{0.3, 0.99999069419866543},
		{0.5, 0.96394524366487509},
		{0.83, 0.49619099535050574},
		{1, 0.26999967167735452},
		{1.36, 0.04948587675537791},
		{1.63, 0.0098463648884865244},
		{2.5, 7.4533063441573416e-6},
	} {
		Close(t, kolmogorovTail(c.x), c.tail, Rel, "at", c.x)
	}
	// Both series give the same where they meet.
	Close(t, kolmogorovTail(math.Nextafter(1, 0)), kolmogorovTail(1), Rel)
	Close(t, kolmogorovTail(0), 1, Exact)
	Close(t, kolmogorovTail(inf), 0, Exact)
}

func TestKolmogorovSmirnov_TellsRightFromWrong(t *testing.T) {
	src := rand.New(rand.NewPCG(1, 2))
	sample := make([]float64, 2000)
	for i := range sample {
		sample[i] = src.Float64()
	}
	uniform := func(x float64) float64 { return x }
	if _, p := KolmogorovSmirnov(sample, uniform); !PValue(t, p, 1e-4, "uniform, seed 1 2") {
		t.Log("right law rejected")
	}
	if _, p := KolmogorovSmirnov(sample, func(x float64) float64 { return math.Pow(x, 1.3) }); p > 1e-6 {
		t.Errorf("wrong law has p-value %v", p)
	}
	d, _ := KolmogorovSmirnov([]float64{0.7, 0.2}, uniform)
	Close(t, d, 0.3, ULP(4), "D of two points")
	if _, p := KolmogorovSmirnov([]float64{0.1, nan}, uniform); PValue(&recorder{}, p, 1e-9) {
		t.Error("a NaN in the sample passed")
	}
}

func TestChiSquare_KnownValues(t *testing.T) {
	// Γ(5/2, 5)/Γ(5/2) at 40 digits.
	statistic, p := ChiSquare([]int{120, 90, 100, 110, 80, 100}, []float64{100, 100, 100, 100, 100, 100})
	Close(t, statistic, 10, ULP(4))
	Close(t, p, 0.075235246146512179, Rel)

	statistic, p = ChiSquare([]int{30, 10, 5, 5}, []float64{30, 10, 5, 5})
	if statistic != 0 || p != 1 {
		t.Errorf("perfect fit: statistic %v, p-value %v", statistic, p)
	}
	if _, p = ChiSquare([]int{1, 1}, []float64{1, 1}); p != 1 {
		t.Errorf("one pooled cell: p-value %v, want 1", p)
	}
	if _, p = ChiSquare([]int{50, 1}, []float64{51, 0}); p != 0 {
		t.Errorf("count in an impossible cell: p-value %v, want 0", p)
	}
	Panics(t, "check: 1 counts", func() { ChiSquare([]int{1}, nil) })
	Panics(t, "add a cell", func() { ChiSquare([]int{10}, []float64{9}) })
}

func TestPool_KeepsTotals(t *testing.T) {
	observed, pooled := pool([]int{1, 25, 3, 30, 2}, []float64{2, 20, 4, 28, 7})
	CloseSlice(t, observed, []float64{26, 35}, Exact)
	CloseSlice(t, pooled, []float64{22, 39}, Exact)
}

func TestMeanError(t *testing.T) {
	mean, se := MeanError([]float64{1, 2, 3, 4})
	Close(t, mean, 2.5, ULP(4))
	Close(t, se, math.Sqrt(5.0/3/4), ULP(4))
	if _, se := MeanError([]float64{1}); !math.IsNaN(se) {
		t.Errorf("standard error of one draw = %v, want NaN", se)
	}
}
