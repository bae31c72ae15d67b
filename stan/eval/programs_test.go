package eval

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/syntax"
)

func emptyModel() *model.Model { return &model.Model{} }

func number1(t testing.TB, x expr.Expr, q []float64) float64 {
	t.Helper()
	v, err := fold(x, q)
	if err != nil {
		t.Fatal(err)
	}
	return v[0]
}

func testPrograms(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/programs/*.stan")
	if err != nil || len(paths) == 0 {
		t.Fatal("no programs", err)
	}
	return paths
}

// The compiled log density, whether its loops run together or in turn, is what the program computes with numbers; so is
// its gradient.
func TestModel_AgreesWithNumbers(t *testing.T) {
	for _, path := range testPrograms(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".stan"), func(t *testing.T) {
			for seed := range uint64(3) {
				src := rng.NewKey(seed).Child(path).Stream()
				set, err := randomData(readProgram(t, path), src)
				if err != nil {
					t.Fatal(err)
				}
				d := newDirect(t, readProgram(t, path), set)
				for _, inTurn := range []bool{false, true} {
					if inTurn && seed > 0 {
						continue // large and slow; once is enough
					}
					var why []string
					m := build(t, readProgram(t, path), set, Options{InTurn: inTurn, Explain: func(d syntax.Diagnostic) { why = append(why, d.String()) }})
					if len(why) > 0 && seed == 0 {
						t.Log(strings.Join(why, "\n"))
					}
					compareWithNumbers(t, m, d, src, fmt.Sprintf("seed %d, in turn %v", seed, inTurn))
				}
			}
		})
	}
}

func compareWithNumbers(t *testing.T, m *model.Model, d *direct, src *rng.Stream, what string) {
	t.Helper()
	e := density(t, m)
	values, n := outputs(t, m)
	q, grad, other := make([]float64, m.Dim), make([]float64, m.Dim), make([]float64, m.Dim)
	offset, got := math.NaN(), make([]float64, n)
	for range 3 {
		for i := range q {
			q[i] = 0.7 * src.Normal()
		}
		lp, err := e.LogDensityGrad(grad, q)
		if err != nil {
			t.Fatal(err)
		}
		want, quantities := d.logDensity(t, q)
		if math.IsNaN(offset) {
			offset = lp - want
		}
		check.Close(t, lp-offset, want, oracleRel.Scaled(math.Abs(want)), what, ": log density")
		values.Values(got, q)
		var list []float64
		for _, v := range quantities {
			x := v.Floats()
			if order := outputOrder(v.Type, v.Dims); order != nil {
				x = take(x, order)
			}
			list = append(list, x...)
		}
		check.CloseSlice(t, got, list, oracleRel.Scaled(1), what, ": values")
		f := func(q []float64) float64 { lp, _ := e.LogDensityGrad(other, q); return lp }
		check.Gradient(t, grad, q, f, check.FD.Loosened(20, "some second derivatives jump"), what, ": gradient")
		if t.Failed() {
			return
		}
	}
}
