package elem_test

import (
	"testing"

	"github.com/quatre-ppl/quatre/elem"
)

// sink keeps the compiler from dropping what is measured.
var sink float64

func BenchmarkElem(b *testing.B) {
	for _, c := range []struct {
		name   string
		f      func(float64) float64
		lo, hi float64
	}{
		{"Exp", elem.Exp, -20, 20}, {"Expm1", elem.Expm1, -2, 2}, {"Log", elem.Log, 0.1, 10}, {"Log1p", elem.Log1p, -0.9, 9},
		{"Log1pExp", elem.Log1pExp, -20, 20}, {"InvLogit", elem.InvLogit, -20, 20},
		{"Sin", elem.Sin, -10, 10}, {"Cos", elem.Cos, -10, 10}, {"Tan", elem.Tan, -10, 10}, {"SinHuge", elem.Sin, 1e20, 1e22},
		{"Asin", elem.Asin, -1, 1}, {"Acos", elem.Acos, -1, 1}, {"Atan", elem.Atan, -5, 5},
		{"Sinh", elem.Sinh, -5, 5}, {"Cosh", elem.Cosh, -5, 5}, {"Tanh", elem.Tanh, -5, 5},
		{"Erf", elem.Erf, -3, 3}, {"Erfc", elem.Erfc, -3, 10}, {"NormCDF", elem.NormCDF, -10, 10},
		{"LogNormCDF", elem.LogNormCDF, -10, 10}, {"NormQuantile", elem.NormQuantile, 0, 1},
		{"Lgamma", elem.Lgamma, 0, 20}, {"Digamma", elem.Digamma, 0, 20}, {"Trigamma", elem.Trigamma, 0, 20},
		{"Pow", func(x float64) float64 { return elem.Pow(x, 2.3) }, 0, 10},
		{"LogBeta", func(x float64) float64 { return elem.LogBeta(x, 2.3) }, 0, 10},
		{"GammaP", func(x float64) float64 { return elem.GammaP(3, x) }, 0, 10},
		{"GammaPDa", func(x float64) float64 { return elem.GammaPDa(3, x) }, 0, 10},
		{"BetaInc", func(x float64) float64 { return elem.BetaInc(3, 5, x) }, 0, 1},
		{"BetaIncDa", func(x float64) float64 { return elem.BetaIncDa(3, 5, x) }, 0, 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			xs := newPoints().uniform(1024, c.lo, c.hi).xs
			sum := 0.0
			for i := 0; b.Loop(); i++ {
				sum += c.f(xs[i&1023])
			}
			sink = sum
		})
	}
}
