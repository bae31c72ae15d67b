package check

import "math"

// guardCells is the number of sentinels on either side, one cache line and
// more than the widest vector register.
const guardCells = 8

// guardBits is a NaN with a payload that no arithmetic makes.
const guardBits = 0x7FF8_6AA7_D0DE_C0DE

// Guarded returns a slice of length and capacity n with sentinel cells before
// and behind it, and a function that reports an error if one was overwritten.
// The elements start as NaN, so an element that the tested code forgets shows.
func Guarded(n int) (x []float64, verify func(t TB, msg ...any)) {
	cells, verify := guarded(n)
	return cells[guardCells : guardCells+n : guardCells+n], verify
}

// guarded returns the slice with its sentinels.
func guarded(n int) (cells []float64, verify func(t TB, msg ...any)) {
	cells = make([]float64, guardCells+n+guardCells)
	inside := func(i int) bool { return i >= guardCells && i < guardCells+n }
	for i := range cells {
		cells[i] = math.Float64frombits(guardBits)
		if inside(i) {
			cells[i] = math.NaN()
		}
	}
	return cells, func(t TB, msg ...any) {
		t.Helper()
		for i, v := range cells {
			if !inside(i) && math.Float64bits(v) != guardBits {
				t.Errorf("%swrote %v at index %d, outside a slice of length %d", title(msg), v, i-guardCells, n)
				return
			}
		}
	}
}

// GuardedCopy is Guarded with the elements of x in the slice.
func GuardedCopy(x []float64) (guarded []float64, verify func(t TB, msg ...any)) {
	guarded, verify = Guarded(len(x))
	copy(guarded, x)
	return guarded, verify
}
