package adapt

import (
	"fmt"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/internal/lanes"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// factors fills a window with exact draws of a normal with covariance
// D (I + l lᵀ) D, of one strong common factor l that all coordinates share alike,
// and their gradients.
func factors(dim, count int, strength float64, seed uint64) *window {
	src := rng.NewKey(seed).Stream()
	scale, load := make([]float64, dim), make([]float64, dim)
	for i := range dim {
		scale[i], load[i] = math.Exp(src.Normal()), math.Copysign(strength, src.Normal())
	}
	square := lanes.Dot(load, load)
	w := newWindow(dim, 0)
	state := transition.NewState(dim)
	for range count {
		factor, along := src.Normal(), 0.0
		for i := range dim {
			y := src.Normal() + load[i]*factor
			along += load[i] * y
			state.Q[i] = scale[i] * y
			state.Grad[i] = -y / scale[i]
		}
		for i := range dim { // (I + l lᵀ)⁻¹ = I − l lᵀ/(1 + |l|²)
			state.Grad[i] += along / (1 + square) * load[i] / scale[i]
		}
		if err := w.add(nil, state); err != nil {
			panic(err)
		}
	}
	return w
}

// TestFindCorrection_FindsACommonFactor in fewer draws than dimensions, and in
// more, and leaves independent coordinates alone.
func TestFindCorrection_FindsACommonFactor(t *testing.T) {
	for name, c := range map[string]struct {
		dim, count int
		strength   float64
		rank       int // at least; with few draws a second one is seen now and then
	}{
		"few draws":   {60, 40, 2, 1},
		"many draws":  {20, 200, 2, 1},
		"wide":        {300, 60, 2, 1},
		"independent": {20, 200, 0, 0},
		"no draws":    {20, 3, 2, 0},
	} {
		w := factors(c.dim, c.count, c.strength, 89)
		got := findCorrection(w, float64(4*c.dim)) // a direction costs as much as the gradient
		if n := len(got.values); n < c.rank || n > 2*c.rank {
			t.Errorf("%s: %d directions, want %d", name, len(got.values), c.rank)
			continue
		}
		if c.rank == 0 {
			continue
		}
		fresh := factors(c.dim, c.count, c.strength, 89).part(0, c.count)
		scales := fresh.scales()
		plain := fresh.misfit(scales, &none).mean
		if corrected := fresh.misfit(scales, &got).mean; corrected > 0.3*plain {
			t.Errorf("%s: divergence %g after %g", name, corrected, plain)
		}
	}
}

// TestSpectrum_IsThatOfTheCovariance: for a normal the best metric in the Fisher
// divergence is the covariance, whose eigenvalues after whitening are known.
func TestSpectrum_IsThatOfTheCovariance(t *testing.T) {
	const dim, count = 5, 4000
	w := factors(dim, count, 1.5, 90)
	unit := make([]float64, dim)
	for i := range unit {
		unit[i] = 1
	}
	all := w.part(0, count)
	found, ok := newSpectrum(all, unit)
	if !ok {
		t.Fatal("no spectrum")
	}
	values := found.values
	vectors, ok := found.vectors([]int{0, 1, 2, 3, 4})
	if !ok {
		t.Fatal("no vectors")
	}
	covarianceOf := covariance(func() [][]float64 { x, _ := all.whitened(unit, count/200); return x }())
	for i := range dim {
		sum := 0.0
		for k := range dim {
			sum += values[k] * vectors[k][i] * vectors[k][i]
		}
		// 200 draws: the gradients of a normal make it far better than their 10 %.
		check.Close(t, sum, covarianceOf[i][i], check.Rel.Loosened(1e9, "covariance of 200 draws"), "variance", i)
	}
}

// TestGeometricMeanOf_Solves M B M = A.
func TestGeometricMeanOf_Solves(t *testing.T) {
	const n = 6
	src := rng.NewKey(91).Stream()
	random := func() symmetric {
		rows := make([][]float64, 3*n)
		for k := range rows {
			rows[k] = make([]float64, n)
			for i := range rows[k] {
				rows[k][i] = src.Normal()
			}
		}
		return covariance(rows)
	}
	a, b := random(), random()
	factor := newSymmetric(n)
	for i := range n {
		copy(factor[i], b[i])
	}
	lower, ok := geometricMeanOf(a, factor)
	if !ok {
		t.Fatal("no solution")
	}
	m := newSymmetric(n)
	for i := range n {
		for j := range i + 1 {
			m[i][j], m[j][i] = lower[i][j], lower[i][j]
		}
	}
	for i := range n {
		for j := range n {
			sum := 0.0
			for k := range n {
				for l := range n {
					sum += m[i][k] * b[k][l] * m[l][j]
				}
			}
			check.Close(t, sum, a[i][j], check.Rel.Scaled(1), "element", i, j)
		}
	}
}

// TestSpan_HoldsEveryRow: the basis is orthonormal, and rows are their coordinates in
// it, some of them sums of others or nearly so.
func TestSpan_HoldsEveryRow(t *testing.T) {
	const dim = 9
	src := rng.NewKey(93).Stream()
	var rows [][]float64
	for k := range 7 {
		row := make([]float64, dim)
		for i := range row {
			switch {
			case k == 3:
				row[i] = 2*rows[0][i] - rows[2][i]
			case k == 5:
				row[i] = rows[1][i] + 1e-5*src.Normal()
			default:
				row[i] = src.Normal()
			}
		}
		rows = append(rows, row)
	}
	basis, coordinates := span(rows)
	if len(basis) != 6 {
		t.Fatalf("%d directions of 6", len(basis))
	}
	for i, b := range basis {
		for j := range i + 1 {
			want := 0.0
			if i == j {
				want = 1
			}
			check.Close(t, lanes.Dot(b, basis[j]), want, check.Rel.Scaled(1), "product", i, j)
		}
	}
	for k, c := range coordinates {
		sum := make([]float64, dim)
		lanes.AddRows(sum, basis, c)
		check.CloseSlice(t, sum, rows[k], check.Rel.Scaled(1), "row", k)
	}
}

// BenchmarkFindCorrection is what a switch of a long enough window costs.
func BenchmarkFindCorrection(b *testing.B) {
	for _, c := range []struct{ dim, count int }{{10, 80}, {100, 80}, {100, 120}, {400, 80}, {400, 300}} {
		for _, strength := range []float64{0, 2} {
			b.Run(fmt.Sprintf("d=%d,n=%d,strength=%g", c.dim, c.count, strength), func(b *testing.B) {
				w := factors(c.dim, c.count, strength, 92)
				for b.Loop() {
					findCorrection(w, float64(40*c.dim))
				}
			})
		}
	}
}
