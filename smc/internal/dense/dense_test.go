package dense

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestCholesky_IsARoot(t *testing.T) {
	a := [][]float64{{4, 2, -1}, {2, 5, 0.5}, {-1, 0.5, 3}}
	l := New(3, 3)
	if !Cholesky(l, a) {
		t.Fatal("no root of a positive matrix")
	}
	back := Mul(l, Transpose(l))
	for i := range a {
		check.CloseSlice(t, back[i], a[i], check.Rel.Scaled(1), "row", i)
	}
	x := []float64{1, 2, 3}
	Solve(l, x)
	check.CloseSlice(t, Apply(l, x), []float64{1, 2, 3}, check.Rel)
	SolveTransposed(l, x)
	check.CloseSlice(t, Apply(a, x), []float64{1, 2, 3}, check.Rel)
	// One direction without noise has a root too; a negative one has none.
	flat := [][]float64{{1, 2}, {2, 4}}
	if !Cholesky(flat, flat) || flat[1][1] != 0 {
		t.Errorf("root %v of a singular matrix", flat)
	}
	if Cholesky(New(2, 2), [][]float64{{1, 2}, {2, 3}}) {
		t.Error("a root of an indefinite matrix")
	}
}

func TestMoments_OfWeightedPoints(t *testing.T) {
	mean, cov := make([]float64, 2), New(2, 2)
	Moments(mean, cov, [][]float64{{0, 0}, {2, 4}}, []float64{3, 1}, 4)
	check.CloseSlice(t, mean, []float64{0.5, 1}, check.ULP(2))
	check.CloseSlice(t, cov[0], []float64{0.75, 1.5}, check.ULP(2))
	check.CloseSlice(t, cov[1], []float64{1.5, 3}, check.ULP(2))
}

func TestAdd_AndFusion(t *testing.T) {
	check.CloseSlice(t, Add([][]float64{{1, 2}}, -2, [][]float64{{3, 5}})[0], []float64{-5, -8}, check.Exact)
	check.NoFusion(t, ".")
}
