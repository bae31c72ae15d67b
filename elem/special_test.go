package elem_test

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
)

// values lists argument and exact result pairs.
type values [][2]float64

func checkExact(t *testing.T, name string, f func(float64) float64, table values) {
	t.Helper()
	for _, row := range table {
		got := f(row[0])
		if math.Float64bits(got) != math.Float64bits(row[1]) && !(math.IsNaN(got) && math.IsNaN(row[1])) {
			t.Errorf("%s(%v) = %v, want %v", name, row[0], got, row[1])
		}
	}
}

var (
	inf     = math.Inf(1)
	nan     = math.NaN()
	negZero = math.Copysign(0, -1)
)

func TestSpecialValues_ExpLog(t *testing.T) {
	checkExact(t, "Exp", elem.Exp, values{
		{0, 1}, {negZero, 1}, {inf, inf}, {-inf, 0}, {nan, nan}, {709.782712893384, 0x1.fffffffffff2ap+1023},
		{709.7827128933841, inf}, {-745.1332191019411, 0x1p-1074}, {-745.1332191019412, 0}, {0x1p-1074, 1},
	})
	checkExact(t, "Expm1", elem.Expm1, values{
		{0, 0}, {negZero, negZero}, {inf, inf}, {-inf, -1}, {nan, nan}, {0x1p-1074, 0x1p-1074}, {-800, -1},
		{709.7827128933841, inf}, {-1e-300, -1e-300},
	})
	checkExact(t, "Log", elem.Log, values{
		{0, -inf}, {negZero, -inf}, {1, 0}, {inf, inf}, {-inf, nan}, {nan, nan}, {-1, nan}, {-0x1p-1074, nan},
		{0x1p-1074, -744.4400719213812}, {math.MaxFloat64, 709.782712893384},
	})
	checkExact(t, "Log1p", elem.Log1p, values{
		{0, 0}, {negZero, negZero}, {-1, -inf}, {-1.0000000000000002, nan}, {inf, inf}, {-inf, nan}, {nan, nan},
		{0x1p-1074, 0x1p-1074}, {math.MaxFloat64, 709.782712893384},
	})
	checkExact(t, "NormQuantile", elem.NormQuantile, values{
		{0, -inf}, {negZero, -inf}, {1, inf}, {0.5, 0}, {-0x1p-1074, nan}, {1.0000000000000002, nan}, {nan, nan}, {inf, nan}, {-inf, nan},
	})
}

func TestSpecialValues_Trigonometric(t *testing.T) {
	checkExact(t, "Sin", elem.Sin, values{
		{0, 0}, {negZero, negZero}, {inf, nan}, {-inf, nan}, {nan, nan}, {0x1p-1074, 0x1p-1074}, {-1e-30, -1e-30},
		{math.Pi, 1.2246467991473532e-16}, {1e22, -0.8522008497671888}, {-1e22, 0.8522008497671888},
	})
	checkExact(t, "Cos", elem.Cos, values{
		{0, 1}, {negZero, 1}, {inf, nan}, {nan, nan}, {0x1p-1074, 1}, {math.Pi, -1}, {math.Pi / 2, 6.123233995736766e-17},
	})
	checkExact(t, "Tan", elem.Tan, values{
		{0, 0}, {negZero, negZero}, {inf, nan}, {nan, nan}, {0x1p-1074, 0x1p-1074}, {math.Pi / 2, 1.633123935319537e+16},
	})
	checkExact(t, "Asin", elem.Asin, values{
		{0, 0}, {negZero, negZero}, {1, math.Pi / 2}, {-1, -math.Pi / 2}, {1.0000000000000002, nan}, {-inf, nan}, {nan, nan},
	})
	checkExact(t, "Acos", elem.Acos, values{
		{0, math.Pi / 2}, {1, 0}, {-1, math.Pi}, {1.0000000000000002, nan}, {-inf, nan}, {nan, nan},
	})
	checkExact(t, "Atan", elem.Atan, values{
		{0, 0}, {negZero, negZero}, {inf, math.Pi / 2}, {-inf, -math.Pi / 2}, {1, math.Pi / 4}, {-1, -math.Pi / 4}, {nan, nan},
	})
}

func TestSpecialValues_Hyperbolic(t *testing.T) {
	checkExact(t, "Sinh", elem.Sinh, values{
		{0, 0}, {negZero, negZero}, {inf, inf}, {-inf, -inf}, {nan, nan}, {711, inf}, {-711, -inf}, {0x1p-1074, 0x1p-1074},
	})
	checkExact(t, "Cosh", elem.Cosh, values{{0, 1}, {negZero, 1}, {inf, inf}, {-inf, inf}, {nan, nan}, {-711, inf}})
	checkExact(t, "Tanh", elem.Tanh, values{
		{0, 0}, {negZero, negZero}, {inf, 1}, {-inf, -1}, {nan, nan}, {22, 1}, {0x1p-1074, 0x1p-1074},
	})
	for _, x := range []float64{710.4758600739439, -710.4758600739439} {
		if math.IsInf(elem.Sinh(x), 0) || math.IsInf(elem.Cosh(x), 0) {
			t.Errorf("Sinh or Cosh overflows at %v already", x)
		}
	}
}

func TestSpecialValues_Normal(t *testing.T) {
	checkExact(t, "Erf", elem.Erf, values{{0, 0}, {negZero, negZero}, {inf, 1}, {-inf, -1}, {nan, nan}, {6, 1}})
	checkExact(t, "Erfc", elem.Erfc, values{{0, 1}, {inf, 0}, {-inf, 2}, {nan, nan}, {28, 0}, {-7, 2}})
	checkExact(t, "NormCDF", elem.NormCDF, values{{0, 0.5}, {inf, 1}, {-inf, 0}, {nan, nan}, {-39, 0}, {10, 1}})
	checkExact(t, "LogNormCDF", elem.LogNormCDF, values{
		{0, -math.Ln2}, {-inf, -inf}, {nan, nan}, {-1e8, -5.000000000000019e+15}, {-1e200, -inf}, {-1e100, -5e199},
	})
	checkExact(t, "Log1pExp", elem.Log1pExp, values{
		{0, math.Ln2}, {inf, inf}, {-inf, 0}, {nan, nan}, {1e300, 1e300}, {-746, 0}, {-744.4400719213812, 0x1p-1074},
	})
	checkExact(t, "InvLogit", elem.InvLogit, values{{0, 0.5}, {inf, 1}, {-inf, 0}, {nan, nan}, {-744.4400719213812, 0x1p-1074}, {40, 1}})
}

func TestSpecialValues_Gamma(t *testing.T) {
	checkExact(t, "Lgamma", elem.Lgamma, values{
		{1, 0}, {2, 0}, {0, inf}, {negZero, inf}, {-1, inf}, {-1e300, inf}, {inf, inf}, {-inf, inf}, {nan, nan},
		{1e308, inf}, {3, math.Ln2}, {0x1p-1074, 744.4400719213812}, {-0x1p-1074, 744.4400719213812}, {0.5, 0.5723649429247001},
	})
	checkExact(t, "Digamma", elem.Digamma, values{
		{0, -inf}, {negZero, inf}, {-1, nan}, {inf, inf}, {-inf, nan}, {nan, nan}, {1, -0.5772156649015329},
	})
	checkExact(t, "Trigamma", elem.Trigamma, values{
		{0, inf}, {negZero, inf}, {-1, inf}, {inf, 0}, {-inf, nan}, {nan, nan}, {1, math.Pi * math.Pi / 6},
	})
}

// TestPow_SpecialCases goes through the cases of C's pow.
func TestPow_SpecialCases(t *testing.T) {
	for _, c := range []struct{ x, y, want float64 }{
		{nan, 0, 1}, {nan, negZero, 1}, {inf, 0, 1}, {0, 0, 1}, {1, nan, 1}, {1, inf, 1}, {-1, inf, 1}, {-1, -inf, 1},
		{nan, 1, nan}, {2, nan, nan}, {-2, 0.5, nan}, {-2, 1e300, inf}, {-inf, 0.5, inf}, {negZero, 0.5, 0},
		{0, -1, inf}, {negZero, -1, -inf}, {negZero, -2, inf}, {negZero, -inf, inf}, {0, 3, 0}, {negZero, 3, negZero}, {negZero, 2, 0},
		{0.5, -inf, inf}, {2, -inf, 0}, {0.5, inf, 0}, {2, inf, inf}, {-0.5, inf, 0}, {-2, inf, inf},
		{-inf, -3, negZero}, {-inf, -2, 0}, {-inf, 3, -inf}, {-inf, 2, inf}, {inf, -1, 0}, {inf, 0.1, inf},
		{2, 10, 1024}, {-2, 3, -8}, {-2, -3, -0.125}, {2, 1023, 0x1p1023}, {2, 1024, inf}, {2, -1074, 0x1p-1074}, {2, -1076, 0},
		{10, 22, 1e22}, {9, 0.5, 3}, {-1, 0x1p53 - 1, -1}, {-1, 0x1p53, 1}, {0.9999999999999999, 1e300, 0}, {0x1p-1074, -1, inf},
		{0x1p-1074, 1, 0x1p-1074}, {math.MaxFloat64, 1, math.MaxFloat64}, {-3, -1e308, 0},
	} {
		got := elem.Pow(c.x, c.y)
		if math.Float64bits(got) != math.Float64bits(c.want) && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("Pow(%v, %v) = %v, want %v", c.x, c.y, got, c.want)
		}
	}
}

// TestMonotone: where the exact function is monotone, so are the results on a fine grid,
// across the seams of the algorithms, up to one unit in the last place.
func TestMonotone_AcrossSeams(t *testing.T) {
	for _, c := range []struct {
		name  string
		f     func(float64) float64
		seams []float64
	}{
		{"Exp", elem.Exp, []float64{-708.39, -0.34657359, 0.34657359, 1.0397}},
		{"Log", elem.Log, []float64{0x1p-1022, 0.70710678, 1.41421356}},
		{"Atan", elem.Atan, []float64{0.41421356237309503, 2.414213562373095}},
		{"Tanh", elem.Tanh, []float64{0.17328679, 0.52}},
		{"Erf", elem.Erf, []float64{1}},
		{"NormCDF", elem.NormCDF, []float64{-38, 0}},
		{"NormQuantile", elem.NormQuantile, []float64{1.3887943864964021e-11, 0.075, 0.925}},
		{"Lgamma", elem.Lgamma, []float64{2.5, 3.5, 8}},
		{"Digamma", elem.Digamma, []float64{1, 2, 8}},
	} {
		for _, seam := range c.seams {
			x := seam
			for range 50 {
				x = math.Nextafter(x, -1e300)
			}
			last := c.f(x)
			for range 100 {
				x = math.Nextafter(x, 1e300)
				y := c.f(x)
				if y < math.Nextafter(last, -1e300) {
					t.Errorf("%s falls from %v to %v at %v", c.name, last, y, x)
				}
				last = y
			}
		}
	}
}
