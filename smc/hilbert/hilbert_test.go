package hilbert

import (
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// TestIndex_IsACurve walks the whole cube: every place once, and each next
// point a neighbour of the one before.
func TestIndex_IsACurve(t *testing.T) {
	for _, c := range []struct{ dim, bits int }{{1, 5}, {2, 1}, {2, 4}, {3, 3}, {4, 2}, {5, 2}} {
		cells := 1 << (c.dim * c.bits)
		at := make([][]uint32, cells)
		for code := range cells {
			point := make([]uint32, c.dim)
			for d := range point {
				point[d] = uint32(code >> (d * c.bits) & (1<<c.bits - 1))
			}
			place := Index(slices.Clone(point), c.bits)
			if place >= uint64(cells) || at[place] != nil {
				t.Fatalf("%+v: place %d of %v is out of range or taken", c, place, point)
			}
			at[place] = point
		}
		for i := 1; i < cells; i++ {
			distance := 0
			for d := range at[i] {
				distance += int(math.Abs(float64(at[i][d]) - float64(at[i-1][d])))
			}
			if distance != 1 {
				t.Fatalf("%+v: from %v to %v", c, at[i-1], at[i])
			}
		}
	}
}

func TestOrder_SortsOneCoordinate(t *testing.T) {
	src := rng.NewKey(1).Stream()
	var s Sorter
	for _, n := range []int{1, 2, 7, 1000} {
		x := make([]float64, n)
		for i := range x {
			x[i] = src.Normal()
			if i%5 == 0 {
				x[i] = math.Floor(x[i])
			}
		}
		order := s.Order([][]float64{x})
		for i := 1; i < n; i++ {
			if a, b := x[order[i-1]], x[order[i]]; a > b || a == b && order[i-1] > order[i] {
				t.Fatalf("n %d: %v before %v", n, a, b)
			}
		}
	}
}

// TestOrder_KeepsNeighbours: the mean distance between successive points of
// 4096 in the plane is a small part of that in any order.
func TestOrder_KeepsNeighbours(t *testing.T) {
	src := rng.NewKey(2).Stream()
	x := [][]float64{make([]float64, 4096), make([]float64, 4096)}
	src.FillNormal(x[0])
	src.FillNormal(x[1])
	var s Sorter
	order := s.Order(x)
	walk, any := 0.0, 0.0
	for i := 1; i < len(order); i++ {
		walk += math.Hypot(x[0][order[i]]-x[0][order[i-1]], x[1][order[i]]-x[1][order[i-1]])
		any += math.Hypot(x[0][i]-x[0][i-1], x[1][i]-x[1][i-1])
	}
	if walk > any/20 {
		t.Errorf("walk of %v, unsorted %v", walk, any)
	}
	seen := slices.Clone(order)
	slices.Sort(seen)
	for i, v := range seen {
		if int(v) != i {
			t.Fatalf("no permutation: %d at %d", v, i)
		}
	}
}

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
