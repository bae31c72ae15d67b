package adapt

import (
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/internal/lanes"
)

// TestEigen_Decomposes random matrices, those with equal eigenvalues, and
// diagonal ones: A = Vᵀ E V with V orthogonal and E ascending.
func TestEigen_Decomposes(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7, 40} {
		for kind, fill := range map[string]func(src *rng.Stream, i, j int) float64{
			"random":   func(src *rng.Stream, _, _ int) float64 { return src.Normal() },
			"diagonal": func(_ *rng.Stream, i, j int) float64 { return map[bool]float64{true: float64(3 - i)}[i == j] },
			"unit":     func(_ *rng.Stream, i, j int) float64 { return map[bool]float64{true: 1}[i == j] },
			"ones":     func(*rng.Stream, int, int) float64 { return 1 },
			"zero":     func(*rng.Stream, int, int) float64 { return 0 },
		} {
			name := fmt.Sprintf("%s of size %d", kind, n)
			src := rng.NewKey(87).Child(name).Stream()
			a, given := newSymmetric(n), newSymmetric(n)
			for i := range n {
				for j := range i + 1 {
					a[i][j] = fill(src, i, j)
					given[i][j], given[j][i] = a[i][j], a[i][j]
				}
			}
			form := tridiagonalize(a)
			values, vectors, ok := form.eigen()
			alone, also := form.values()
			if !ok || !also {
				t.Fatalf("%s: no convergence", name)
			}
			check.CloseSlice(t, alone, values, check.Exact, name, "eigenvalues alone")
			for i := range n {
				if i > 0 && values[i] < values[i-1] {
					t.Errorf("%s: eigenvalues are not in order", name)
				}
				for j := range n {
					want := 0.0
					if i == j {
						want = 1
					}
					check.Close(t, lanes.Dot(vectors[i], vectors[j]), want, check.Rel.Scaled(1), name, "orthogonality")
					sum := 0.0
					for k := range n {
						sum += vectors[k][i] * values[k] * vectors[k][j]
					}
					check.Close(t, sum, given[i][j], check.Rel.Scaled(10), name, "product")
				}
			}
		}
	}
}

func TestEigen_GivesUpOnWhatIsNotFinite(t *testing.T) {
	a := newSymmetric(4)
	for i := range a {
		a[i][i] = 1
	}
	a[2][1] = math.NaN()
	if _, _, ok := eigen(a); ok {
		t.Error("a decomposition of what is not a number")
	}
}

func TestCholesky_RefusesWhatIsNotPositive(t *testing.T) {
	a := newSymmetric(2)
	a[0][0], a[1][0], a[1][1] = 1, 2, 1
	if cholesky(a) {
		t.Error("a factor of an indefinite matrix")
	}
}

// BenchmarkEigen is what a metric of low rank costs at a switch.
func BenchmarkEigen(b *testing.B) {
	for _, n := range []int{30, 100} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			src := rng.NewKey(88).Stream()
			a, work := newSymmetric(n), newSymmetric(n)
			for i := range n {
				for j := range i + 1 {
					a[i][j] = src.Normal()
				}
			}
			for b.Loop() {
				for i := range n {
					copy(work[i], a[i])
				}
				if _, _, ok := eigen(work); !ok {
					b.Fatal("no convergence")
				}
			}
		})
	}
}
