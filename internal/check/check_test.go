package check

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

var inf, nan = math.Inf(1), math.NaN()

// recorder is a test that keeps its errors.
type recorder struct{ errors []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func TestClass_Accepts(t *testing.T) {
	negativeZero := math.Copysign(0, -1)
	cases := []struct {
		class     Class
		got, want float64
		ok        bool
	}{
		{Exact, 1, 1, true},
		{Exact, 1, math.Nextafter(1, 2), false},
		{Exact, 0, negativeZero, false},
		{Exact, nan, -nan, true},
		{ULP(0), 0, negativeZero, true},
		{ULP(2), 1, 1 + 0x1p-51, true},
		{ULP(1), 1, 1 + 0x1p-51, false},
		{ULP(2), math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, true},
		{ULP(1), math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, false},
		{ULP(32), math.MaxFloat64, inf, false},
		{ULP(32), 1, -1, false},
		{Rel, 1e300, 1e300 * (1 + 0.9e-10), true},
		{Rel, 1e300, 1e300 * (1 + 1.1e-10), false},
		{Rel, 0, 1e-300, false},
		{Rel, 0, 0, true},
		{Rel, math.MaxFloat64, -math.MaxFloat64, false},
		{Rel.Scaled(1), 0, 0.9e-10, true},
		{Rel.Scaled(1), 0, 1.1e-10, false},
		{Rel.Loosened(10, "it is a test"), 1, 1 + 9e-10, true},
		{FD, 1e-9, 0, true},
		{FD, 1e3, 1e3 + 0.9e-3, true},
		{FD, 1e3, 1e3 + 1.1e-3, false},
		{F32, 2, 2.0001, true},
		{Z(4, 0.5), 1, 2.9, true},
		{Z(4, 0.5), 1, 3.1, false},
		{Z(4, 0), 1, 1, true},
		{Z(4, nan), 1, 1, false},
		{Rel, inf, inf, true},
		{Rel, inf, -inf, false},
		{Rel, inf, 1, false},
		{Rel, nan, nan, true},
		{Rel, nan, 1, false},
		{Z(4, inf), 1, nan, false},
		{Z(4, inf), 1, inf, false},
	}
	for _, c := range cases {
		if ok := c.class.Accepts(c.got, c.want); ok != c.ok {
			t.Errorf("%v: Accepts(%v, %v) = %v, want %v", c.class, c.got, c.want, ok, c.ok)
		}
	}
	Panics(t, "check: 33 ulp", func() { ULP(33) })
	Panics(t, "check: Scaled", func() { Z(4, 1).Scaled(2) })
	Panics(t, "check: Exact", func() { Exact.Loosened(2, "no cause") })
}

func TestClose_SaysWhatDiffers(t *testing.T) {
	r := &recorder{}
	if Close(r, 1, 2, Rel, "site", 3, "of model") || !Close(r, 2, 2, Rel) {
		t.Error("wrong verdict")
	}
	if CloseSlice(r, []float64{1, 5, 9}, []float64{1, 2, 3}, Exact, "grad") ||
		CloseSlice(r, []float64{1}, nil, Exact) || !CloseSlice(r, nil, nil, Exact) {
		t.Error("wrong verdict for slices")
	}
	want := []string{"site 3 of model: got 1, want 2", "grad: 2 of 3 elements differ, first element 1: got 5, want 2", "got 1 elements, want 0"}
	if len(r.errors) != len(want) {
		t.Fatalf("errors %q, want %d", r.errors, len(want))
	}
	for i, w := range want {
		if !strings.HasPrefix(r.errors[i], w) {
			t.Errorf("error %q, want it to start with %q", r.errors[i], w)
		}
	}
}

func TestPanics_WantsThatPanic(t *testing.T) {
	r := &recorder{}
	if Panics(r, "rng: ", func() {}) || Panics(r, "rng: ", func() { panic("smc: no") }) {
		t.Error("wrong verdict without the panic")
	}
	if !Panics(r, "rng: ", func() { panic("rng: yes") }) {
		t.Error("wrong verdict with the panic")
	}
	if len(r.errors) != 2 {
		t.Errorf("errors %q, want two", r.errors)
	}
}

func TestGuarded_FindsWritesOutside(t *testing.T) {
	for _, n := range []int{0, 1, 7} {
		x, verify := Guarded(n)
		if len(x) != n || cap(x) != n {
			t.Fatalf("length %d and capacity %d, want %d", len(x), cap(x), n)
		}
		for i := range x {
			if !math.IsNaN(x[i]) {
				t.Errorf("element %d starts as %v, want NaN", i, x[i])
			}
			x[i] = float64(i)
		}
		verify(t)
	}
	cells := make([]float64, 3)
	copied, verify := GuardedCopy(cells)
	CloseSlice(t, copied, cells, Exact)
	verify(t)
}

func TestGuarded_ReportsTheIndex(t *testing.T) {
	for _, c := range []struct {
		index int
		want  string
	}{{-1, "index -1"}, {-8, "index -8"}, {5, "index 5"}, {12, "index 12"}} {
		cells, verify := guarded(5)
		cells[guardCells+c.index] = 0
		r := &recorder{}
		verify(r, "dot")
		if len(r.errors) != 1 || !strings.Contains(r.errors[0], c.want) {
			t.Errorf("errors %q, want one with %q", r.errors, c.want)
		}
	}
}

func TestDifferences_OnAKnownGradient(t *testing.T) {
	f := func(x []float64) float64 { return math.Exp(x[0]/2)*math.Sin(x[1]) + x[2]*x[2]*1e-3 }
	x := []float64{0.3, -1.2, 4000}
	want := []float64{
		math.Exp(x[0]/2) * math.Sin(x[1]) / 2,
		math.Exp(x[0]/2) * math.Cos(x[1]),
		2e-3 * x[2],
	}
	got := make([]float64, 3)
	CentralDifferences(got, x, f)
	CloseSlice(t, got, want, FD, "central")
	Richardson(got, x, f)
	// A thousand times better than FD, though f is 16000 beside a slope of 1.
	CloseSlice(t, got, want, FD.Loosened(1e-2, "the extrapolated error is smaller"), "Richardson")
	CloseSlice(t, x, []float64{0.3, -1.2, 4000}, Exact, "the point after all")
	Gradient(t, want, x, f, FD)

	want[1] += 1e-4
	r := &recorder{}
	if Gradient(r, want, x, f, FD) {
		t.Error("a wrong gradient passed")
	}
	Panics(t, "check: gradient of length 2", func() { Richardson(got[:2], x, f) })
}
