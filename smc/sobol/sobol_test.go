package sobol

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// TestWord_IsTheKnownSequence: points 1 to 4 of the first five coordinates.
func TestWord_IsTheKnownSequence(t *testing.T) {
	s, err := New(5)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{
		1: {0.5, 0.5, 0.5, 0.5, 0.5}, 2: {0.25, 0.75, 0.75, 0.75, 0.25}, 3: {0.75, 0.25, 0.25, 0.25, 0.75}, 4: {0.125, 0.625, 0.375, 0.125, 0.125},
	} {
		for d, w := range want {
			// In the order of Gray's code, points 2 and 3 change places.
			check.Close(t, float64(s.Word(d, uint32(i)))*0x1p-32, w, check.Exact, i, d)
		}
	}
}

// TestFill_PutsOnePointInEachStratum: of 2^m points each interval of width 2^−m
// holds one, in every coordinate, and each square of the first two coordinates'
// dyadic partition one, scrambled or not.
func TestFill_PutsOnePointInEachStratum(t *testing.T) {
	s, err := New(MaxDim)
	if err != nil {
		t.Fatal(err)
	}
	const m = 8
	dst := make([][]float64, MaxDim)
	for d := range dst {
		dst[d] = make([]float64, 1<<m)
	}
	for seed := range uint64(5) {
		s.Fill(dst, rng.NewKey(seed).Stream())
		for d := range dst {
			var seen [1 << m]bool
			for _, u := range dst[d] {
				seen[int(u*(1<<m))] = true
			}
			for cell, ok := range seen {
				if !ok {
					t.Fatalf("seed %d coordinate %d: no point in stratum %d", seed, d, cell)
				}
			}
		}
		for a := 0; a <= m; a++ {
			seen := map[[2]int]bool{}
			for i := range dst[0] {
				seen[[2]int{int(dst[0][i] * float64(int(1)<<a)), int(dst[1][i] * float64(int(1)<<(m-a)))}] = true
			}
			if len(seen) != 1<<m {
				t.Fatalf("seed %d: %d of %d rectangles of the first two coordinates hold a point", seed, len(seen), 1<<m)
			}
		}
	}
}

// TestFill_IsUniformAndIntegratesWell: one point over many scramblings is
// uniform; a smooth integral over 1024 points has an error far below 1/√1024.
func TestFill_IsUniformAndIntegratesWell(t *testing.T) {
	s, err := New(3)
	if err != nil {
		t.Fatal(err)
	}
	sample := make([]float64, 2000)
	one := [][]float64{make([]float64, 7), make([]float64, 7), make([]float64, 7)}
	for i := range sample {
		s.Fill(one, rng.NewKey(9).Child("scramble", uint64(i)).Stream())
		sample[i] = one[2][5]
	}
	_, p := check.KolmogorovSmirnov(sample, func(x float64) float64 { return x })
	check.PValue(t, p, 1e-5)
	many := [][]float64{make([]float64, 1024), make([]float64, 1024), make([]float64, 1024)}
	errors := make([]float64, 50)
	for r := range errors {
		s.Fill(many, rng.NewKey(10).Child("run", uint64(r)).Stream())
		for i := range many[0] {
			errors[r] += many[0][i] * many[1][i] * math.Exp(many[2][i]) / 1024
		}
		errors[r] -= 0.25 * (math.E - 1)
	}
	mean, se := check.MeanError(errors)
	check.Close(t, mean, 0, check.Z(4.5, se))
	if sd := se * math.Sqrt(50); sd > 0.001 {
		t.Errorf("standard deviation %v of an integral over 1024 points, random points have 0.013", sd)
	}
}

func TestNew_RefusesWhatItHasNot(t *testing.T) {
	for _, dim := range []int{0, MaxDim + 1} {
		if _, err := New(dim); err == nil {
			t.Errorf("no error for %d coordinates", dim)
		}
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
