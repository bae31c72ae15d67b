package diag

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/quatre-ppl/quatre/internal/check"
)

// drawsOf generates chains of integers in [-50, 50], so that ties are common
// and arithmetic on them is exact.
func drawsOf(t *rapid.T) [][]float64 {
	n := rapid.IntRange(4, 60).Draw(t, "draws")
	draws := make([][]float64, rapid.IntRange(1, 5).Draw(t, "chains"))
	for i := range draws {
		for _, x := range rapid.SliceOfN(rapid.IntRange(-50, 50), n, n).Draw(t, "chain") {
			draws[i] = append(draws[i], float64(x))
		}
	}
	return draws
}

func mapped(draws [][]float64, f func(float64) float64) [][]float64 {
	out := make([][]float64, len(draws))
	for i, chain := range draws {
		for _, x := range chain {
			out[i] = append(out[i], f(x))
		}
	}
	return out
}

func TestDiagnostics_FollowShiftAndScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draws := drawsOf(t)
		scale := math.Ldexp(1, rapid.IntRange(-3, 3).Draw(t, "scale"))
		// Shift and scale of such integers are exact.
		moved := mapped(draws, func(x float64) float64 { return (x + 1024) * scale })
		for name, f := range ours {
			want := f(draws)
			switch name {
			case "mean", "quantile 0.05", "quantile 0.25", "quantile 0.5", "quantile 0.95":
				want = (want + 1024) * scale
			case "sd", "mad", "mcse_mean", "mcse_sd", "mcse_quantile 0.05", "mcse_quantile 0.25", "mcse_quantile 0.5", "mcse_quantile 0.95":
				want *= scale
			}
			check.Close(t, f(moved), want, check.Rel, name)
		}
	})
}

func TestRankDiagnostics_FollowIncreasingMaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draws := drawsOf(t)
		cubed := mapped(draws, func(x float64) float64 { return x * x * x })
		check.Close(t, ESSBulk(cubed), ESSBulk(draws), check.Exact, "bulk ESS")
		for _, p := range []float64{0, 1} {
			check.Close(t, ESSQuantile(cubed, p), ESSQuantile(draws, p), check.Exact, "ESS of quantile", p)
		}
	})
}

// Indicators of quantiles are left out: sums of their autocorrelations can be 0
// exactly, where a rounding error, which does depend on the order, decides
// whether Geyer's sequence goes on. Distinct draws have no such ties.
func TestDiagnostics_IgnoreTheOrderOfChains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draws := drawsOf(t)
		for i, chain := range draws {
			for k := range chain {
				chain[k] += math.Sin(float64(100*i + k))
			}
		}
		reversed := slices.Clone(draws)
		slices.Reverse(reversed)
		for _, name := range []string{"mean", "sd", "mad", "rhat", "ess_bulk", "ess_mean", "ess_sd", "mcse_mean", "mcse_sd", "quantile 0.05"} {
			check.Close(t, ours[name](reversed), ours[name](draws), check.Rel.Scaled(1e-6), name)
		}
	})
}

func TestDiagnostics_StayInTheirRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draws := drawsOf(t)
		size := float64(len(draws) * len(draws[0]))
		for name, f := range map[string]func([][]float64) float64{"bulk": ESSBulk, "tail": ESSTail, "mean": ESSMean, "sd": ESSSD, "median": ESSMedian} {
			if x := f(draws); !(x > 0 && x <= max(size, size*math.Log10(size))*(1+1e-12)) {
				t.Errorf("%s ESS of %v draws is %v", name, size, x)
			}
		}
		for _, p := range []float64{0, 0.05, 0.5, 1} {
			if x := MCSEQuantile(draws, p); !(x >= 0) {
				t.Errorf("MCSE of the %v quantile is %v", p, x)
			}
		}
	})
}

// The sum over lags must not depend on whether it was formed directly or by a
// Fourier transform.
func TestAutocovariance_BothWaysAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := newAutocovariance(flatten(drawsOf(t)).deviations())
		for lag, got := range a.transformed() {
			check.Close(t, got, a.direct(lag)[0], check.Rel.Scaled(max(a.known[0], 1e-300)), "lag", lag)
		}
	})
}

// One sort serves all ranks: those of the draws and of their distances from the
// median must be what counting gives.
func TestPool_RanksAreThoseByCounting(t *testing.T) {
	scoreOf := func(x []float64, at int) float64 {
		less, equal := 0, 0
		for _, v := range x {
			if v < x[at] {
				less++
			} else if v == x[at] {
				equal++
			}
		}
		return blom(float64(less)+float64(equal+1)/2, len(x))
	}
	rapid.Check(t, func(t *rapid.T) {
		x := flatten(drawsOf(t)).x
		if rapid.Bool().Draw(t, "of many scales") {
			for i := range x {
				x[i] = x[i] * x[i] * x[i] / 3
			}
		}
		p, table := newPool(x), blomTable(len(x))
		distances := make([]float64, len(x))
		for i := range x {
			distances[i] = math.Abs(x[i] - p.median)
		}
		if !slices.IsSorted(p.values) {
			t.Fatalf("not in order: %v", p.values)
		}
		scores, folded := p.order.scores(table), p.folded.scores(table)
		for i := range x {
			check.Close(t, scores[i], scoreOf(x, i), check.Exact, "score of draw", i)
			check.Close(t, folded[i], scoreOf(distances, i), check.Exact, "folded score of draw", i)
		}
	})
}

// Where the median is infinite, distances from it say nothing.
func TestRHat_OfInfiniteMedian(t *testing.T) {
	inf := math.Inf(1)
	draws := [][]float64{{1, inf, inf, inf}, {2, inf, inf, 3}}
	if x, y := RHat(draws), MAD(draws); !math.IsNaN(x) || !math.IsNaN(y) {
		t.Errorf("R-hat %v and MAD %v, want NaN", x, y)
	}
}

func TestFunctions_RefuseWrongArguments(t *testing.T) {
	check.Panics(t, "diag: chain 1 has 2 draws", func() { RHat([][]float64{{1, 2, 3}, {1, 2}}) })
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		check.Panics(t, "diag: quantile of p", func() { Quantile([][]float64{{1, 2}}, p) })
	}
	for name, f := range ours {
		if x := f(nil); !math.IsNaN(x) {
			t.Errorf("%s of no draws is %v, want NaN", name, x)
		}
	}
	if x := EBFMI(nil); len(x) != 0 {
		t.Errorf("E-BFMI of no chains is %v", x)
	}
}

func TestQuantile_OfInfiniteDraws(t *testing.T) {
	inf := math.Inf(1)
	draws := [][]float64{{-inf, -inf, 0, 1, 2, 3, 4, 5, inf, inf}}
	for p, want := range map[float64]float64{0.05: -inf, 0.5: 2.5, 0.95: inf, 1: inf} {
		check.Close(t, Quantile(draws, p), want, check.Exact, "quantile", p)
	}
	if x := ESSQuantile(draws, 0.05); math.IsNaN(x) {
		t.Error("no effective sample size of an infinite quantile")
	}
}

func BenchmarkSummarize(b *testing.B) {
	draws := make([][]float64, 4)
	for i := range draws {
		state := uint64(i + 1)
		for range 1000 {
			state = state*6364136223846793005 + 1442695040888963407
			draws[i] = append(draws[i], float64(state>>11))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		Summarize("x", draws)
	}
}
