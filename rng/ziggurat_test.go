package rng

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/quatre-ppl/quatre/internal/check"
)

// TestQuickNormal_InEveryLayer counts a million numbers in the intervals between the widths of the layers, in
// the tail, and by sign: 1026 cells whose expected counts are from 20 on, so that an error in one of
// the layers shows.
func TestQuickNormal_InEveryLayer(t *testing.T) {
	n := 1_000_000
	if testing.Short() {
		n = 200_000
	}
	s := NewKey(testSeed).Child("ziggurat").Stream()
	cell := func(x float64) int {
		low, high := 0, zigguratLayers // the number of widths above |x|
		for low < high {
			if mid := (low + high + 1) / 2; ziggurat.width[mid] > math.Abs(x) {
				low = mid
			} else {
				high = mid - 1
			}
		}
		if x < 0 {
			low += zigguratLayers + 1
		}
		return low
	}
	counts, expected := make([]int, 2*(zigguratLayers+1)), make([]float64, 2*(zigguratLayers+1))
	for range n {
		counts[cell(s.QuickNormal())]++
	}
	for k := range zigguratLayers {
		beyond := 0.0
		if k > 0 {
			beyond = distuv.UnitNormal.Survival(ziggurat.width[k])
		}
		p := distuv.UnitNormal.Survival(ziggurat.width[k+1]) - beyond
		expected[k], expected[k+zigguratLayers+1] = p*float64(n), p*float64(n)
	}
	statistic, p := check.ChiSquare(counts, expected)
	check.PValue(t, p, falseAlarm, "chi-square", statistic)
}

// TestZiggurat_LayersHaveOneArea looks at every layer, the highest included, whose end is not computed.
func TestZiggurat_LayersHaveOneArea(t *testing.T) {
	area := float64(ziggurat.width[0] * ziggurat.height[1])
	for k := 1; k < zigguratLayers; k++ {
		got := float64(ziggurat.width[k] * (ziggurat.height[k+1] - ziggurat.height[k]))
		check.Close(t, got, area, check.Rel, "layer", k)
	}
}

// TestNormalBeyond_IsTheTail compares with the distribution function given that x is beyond the end.
func TestNormalBeyond_IsTheTail(t *testing.T) {
	s, sample := NewKey(testSeed).Child("tail").Stream(), make([]float64, 20000)
	for i := range sample {
		sample[i] = s.normalBeyond(zigguratEnd)
	}
	all := distuv.UnitNormal.Survival(zigguratEnd)
	d, p := check.KolmogorovSmirnov(sample, func(x float64) float64 { return 1 - distuv.UnitNormal.Survival(x)/all })
	check.PValue(t, p, falseAlarm, "distance", d)
}

func BenchmarkQuickNormal(b *testing.B) {
	s := NewKey(1).Stream()
	s.DrawAhead()
	for b.Loop() {
		s.QuickNormal()
	}
}
