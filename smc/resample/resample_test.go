package resample

import (
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// weightCases are clouds of several shapes.
func weightCases() map[string][]float64 {
	s := rng.NewKey(11).Stream()
	skewed := make([]float64, 20)
	for i := range skewed {
		skewed[i] = rng.Gamma(s, 0.3, 1)
	}
	return map[string][]float64{
		"equal":     slices.Repeat([]float64{0.25}, 8),
		"skewed":    skewed,
		"zeros":     {0, 0, 3, 0, 1, 0, 2.5, 0, 0},
		"one":       {0, 0, 0, 2, 0},
		"alone":     {7},
		"increase":  {1, 2, 3, 4, 5, 6, 7},
		"two sided": {10, 1e-9, 1e-9, 1e-9, 10},
	}
}

// TestOffspring_HaveTheirExpectedNumber compares mean counts over 20,000
// repetitions with M·w/Σw: 4.5 standard errors for each of about 400 means, a
// false alarm with probability 0.003.
func TestOffspring_HaveTheirExpectedNumber(t *testing.T) {
	const repetitions = 20000
	for name, weights := range weightCases() {
		total, _ := sum(weights)
		for _, scheme := range Schemes() {
			for _, m := range []int{len(weights), 5, 33} {
				if scheme == Killing && m != len(weights) {
					continue
				}
				src := rng.NewKey(12).Child(name, uint64(scheme), uint64(m)).Stream()
				r := Resampler{Scheme: scheme}
				dst := make([]int32, m)
				sums, squares := make([]float64, len(weights)), make([]float64, len(weights))
				counts := make([]float64, len(weights))
				for range repetitions {
					clear(counts)
					r.Ancestors(dst, src, weights)
					for _, i := range dst {
						counts[i]++
					}
					for i, c := range counts {
						sums[i] += c
						squares[i] += c * c
					}
				}
				for i, w := range weights {
					mean := sums[i] / repetitions
					variance := squares[i]/repetitions - mean*mean
					want := float64(m) * w / total
					// A rare offspring may not have come at all: then its
					// law tells the standard error, about that of a Poisson
					// count.
					se := math.Sqrt(max(variance, min(want, 0.01), 1e-12) / repetitions)
					check.Close(t, mean, want, check.Z(4.5, se), scheme, name, m, i)
					if w == 0 && mean != 0 {
						t.Errorf("%v %s: particle %d of weight 0 has offspring", scheme, name, i)
					}
				}
			}
		}
	}
}

// TestOffspring_AreRoundedUpOrDown holds for the schemes that promise it.
func TestOffspring_AreRoundedUpOrDown(t *testing.T) {
	for name, weights := range weightCases() {
		total, _ := sum(weights)
		for _, scheme := range []Scheme{Systematic, SSP} {
			src := rng.NewKey(13).Child(name, uint64(scheme)).Stream()
			r := Resampler{Scheme: scheme}
			dst := make([]int32, 50)
			for range 500 {
				counts := make([]float64, len(weights))
				r.Ancestors(dst, src, weights)
				for _, i := range dst {
					counts[i]++
				}
				for i, w := range weights {
					if expected := 50 * w / total; math.Abs(counts[i]-expected) >= 1+1e-9 {
						t.Fatalf("%v %s: particle %d has %v offspring, expected %v", scheme, name, i, counts[i], expected)
					}
				}
			}
		}
	}
}

// TestVariance_OfMultinomialIsItsLaw compares one covariance of counts.
func TestVariance_OfMultinomialIsItsLaw(t *testing.T) {
	weights := []float64{1, 2, 3, 4}
	const m, repetitions = 10, 40000
	r := Resampler{Scheme: Multinomial}
	src := rng.NewKey(14).Stream()
	dst := make([]int32, m)
	products := 0.0
	for range repetitions {
		r.Ancestors(dst, src, weights)
		var counts [4]float64
		for _, i := range dst {
			counts[i]++
		}
		products += (counts[1] - 2) * (counts[3] - 4) / repetitions
	}
	// Cov = −M p q = −10 · 0.2 · 0.4; the product has a standard deviation
	// of about 2.
	check.Close(t, products, -0.8, check.Z(5, 2/math.Sqrt(repetitions)))
}

func TestStratified_IsNotSystematic(t *testing.T) {
	// With two equal weights and two offspring, systematic always gives one
	// each; stratified too. With three offspring of two, the middle one is
	// free in both; what differs is the joint law of several shifts.
	weights := []float64{1, 1, 1}
	src := rng.NewKey(15).Stream()
	r := Resampler{Scheme: Stratified}
	dst := make([]int32, 4)
	seen := map[[3]int]bool{}
	for range 1000 {
		r.Ancestors(dst, src, weights)
		var c [3]int
		for _, i := range dst {
			c[i]++
		}
		seen[c] = true
	}
	// Strata of width 3/4: independent shifts reach (2,0,2), one shift cannot.
	if !seen[[3]int{2, 0, 2}] {
		t.Errorf("counts %v: stratified has one shift for all strata", seen)
	}
}

func TestAncestors_RefuseWhatIsNoWeight(t *testing.T) {
	src := rng.NewKey(1).Stream()
	dst := make([]int32, 3)
	for _, w := range [][]float64{nil, {0, 0}, {math.NaN(), 1}, {math.Inf(1)}} {
		check.Panics(t, "resample: ", func() { (&Resampler{}).Ancestors(dst, src, w) })
	}
	check.Panics(t, "resample: killing", func() { (&Resampler{Scheme: Killing}).Ancestors(dst, src, []float64{1}) })
	check.Panics(t, "resample: unknown", func() { (&Resampler{Scheme: 99}).Ancestors(dst, src, []float64{1}) })
}

func TestScheme_ReadsItsName(t *testing.T) {
	for _, s := range Schemes() {
		text, _ := s.MarshalText()
		var back Scheme
		if err := back.UnmarshalText(text); err != nil || back != s {
			t.Errorf("%v read as %v, %v", s, back, err)
		}
	}
	if err := new(Scheme).UnmarshalText([]byte("bogus")); err == nil {
		t.Error("bogus is no scheme")
	}
}

func TestAncestors_AllocateNothing(t *testing.T) {
	src := rng.NewKey(1).Stream()
	weights, dst := slices.Repeat([]float64{1, 5}, 50), make([]int32, 100)
	for _, s := range Schemes() {
		r := Resampler{Scheme: s}
		for range 50 {
			r.Ancestors(dst, src, weights)
		}
		if n := testing.AllocsPerRun(20, func() { r.Ancestors(dst, src, weights) }); n != 0 {
			t.Errorf("%v: %v allocations, want 0", s, n)
		}
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }

// BenchmarkAncestors reports nanoseconds per offspring, weights of a typical
// filter.
func BenchmarkAncestors(b *testing.B) {
	src := rng.NewKey(1).Stream()
	weights, dst := make([]float64, 1000), make([]int32, 1000)
	for i := range weights {
		weights[i] = rng.Gamma(src, 2, 1)
	}
	for _, s := range Schemes() {
		b.Run(s.String(), func(b *testing.B) {
			r := Resampler{Scheme: s}
			for b.Loop() {
				r.Ancestors(dst, src, weights)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/offspring")
		})
	}
}
