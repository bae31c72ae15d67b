package lanes

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

func TestArithmetic_IsNotFused(t *testing.T) { check.NoFusion(t, ".") }

// rows returns random rows of length n within guard cells.
func rows(src *rng.Stream, count, n int) (all [][]float64, verify func(check.TB, ...any)) {
	var checks []func(check.TB, ...any)
	for range count {
		x, v := check.Guarded(n)
		for i := range x {
			x[i] = src.Normal()
		}
		all, checks = append(all, x), append(checks, v)
	}
	return all, func(t check.TB, msg ...any) {
		for _, v := range checks {
			v(t, msg...)
		}
	}
}

// TestRows_HaveTheirOrder compares each operation, on rows of all lengths up to 70,
// with loops that spell out its order, to the last bit.
func TestRows_HaveTheirOrder(t *testing.T) {
	src := rng.NewKey(151).Stream()
	for n := range 71 {
		x, verify := rows(src, 7, n)
		y := append([]float64{}, x[0]...)
		a, b := src.Normal(), src.Normal()

		sum := dotGo(x[0], x[1], n/8)
		for i := n / 8 * 8; i < n; i++ {
			sum += float64(x[0][i] * x[1][i])
		}
		check.Close(t, Dot(x[0], x[1]), sum, check.Exact, "dot", n)

		Add(x[0], x[1], a)
		for i := range y {
			y[i] += float64(a * x[1][i])
		}
		check.CloseSlice(t, x[0], y, check.Exact, "add", n)

		AddBoth(x[0], x[1], x[2], a, b)
		for i := range y {
			y[i] += float64(a*x[1][i]) + float64(b*x[2][i])
		}
		check.CloseSlice(t, x[0], y, check.Exact, "add both", n)

		by := []float64{a, b, -a, 0.5, 3, -b}
		AddRows(x[0], x[1:], by)
		for k, f := range by {
			for i := range y {
				y[i] += float64(f * x[k+1][i])
			}
		}
		check.CloseSlice(t, x[0], y, check.Exact, "add rows", n)

		z := append([]float64{}, x[1]...)
		Rotate(x[0], x[1], a, b)
		for i := range y {
			y[i], z[i] = float64(a*y[i])+float64(b*z[i]), float64(a*z[i])-float64(b*y[i])
		}
		check.CloseSlice(t, x[0], y, check.Exact, "first of a rotation", n)
		check.CloseSlice(t, x[1], z, check.Exact, "second of a rotation", n)
		verify(t, n)
	}
}

// TestDot_IsTheSum: the lanes hold every product once.
func TestDot_IsTheSum(t *testing.T) {
	for n := range 40 {
		a, b := make([]float64, n), make([]float64, n)
		want := 0.0
		for i := range n {
			a[i], b[i] = float64(i+1), float64(i*i)
			want += a[i] * b[i]
		}
		check.Close(t, Dot(a, b), want, check.Exact, "dot", n)
	}
}
