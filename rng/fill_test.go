package rng

import (
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
)

// TestFills_GiveTheNumbersOfSingleDraws goes through lengths around the sizes
// of groups and buffers, from even and odd places and across 2^32 blocks.
func TestFills_GiveTheNumbersOfSingleDraws(t *testing.T) {
	for _, start := range []uint64{0, 1, 2, 7, 1<<33 - 6, 1<<33 - 5} {
		for _, n := range []int{0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 33, 64, 255, 256, 257, 600, 3000} {
			one, many := NewKey(5).Child("fill", start).Stream(), NewKey(5).Child("fill", start).Stream()
			one.Seek(start)
			many.Seek(start)
			words := make([]uint64, n)
			many.FillUint64(words)
			for i, w := range words {
				if want := one.Uint64(); w != want {
					t.Fatalf("word %d of %d from %d: %x, want %x", i, n, start, w, want)
				}
			}
			for _, c := range []struct {
				name string
				fill func(dst []float64)
				draw func() float64
			}{{"FillFloat64", many.FillFloat64, one.Float64}, {"FillNormal", many.FillNormal, one.Normal}} {
				got, verify := check.Guarded(n)
				c.fill(got)
				verify(t, c.name, n, start)
				want := make([]float64, n)
				for i := range want {
					want[i] = c.draw()
				}
				check.CloseSlice(t, got, want, check.Exact, c.name, n, start)
			}
			if many.Position() != one.Position() {
				t.Fatalf("after fills of %d from %d at %d, want %d", n, start, many.Position(), one.Position())
			}
		}
	}
}

func TestCentralQuantile_IsTheQuantileOfElem(t *testing.T) {
	s := NewKey(6).Stream()
	for range 20000 {
		u := s.Float64()
		if q := u - 0.5; q >= -centralHalfWidth && q <= centralHalfWidth {
			check.Close(t, centralQuantile(q), elem.NormQuantile(u), check.Exact, u)
		}
	}
}

func TestFills_AllocateNothing(t *testing.T) {
	s, dst := NewKey(1).Stream(), make([]float64, 1000)
	if n := testing.AllocsPerRun(10, func() { s.FillFloat64(dst); s.FillNormal(dst) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}
