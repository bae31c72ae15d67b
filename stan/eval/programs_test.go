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
	"github.com/quatre-ppl/quatre/stan/data"
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
			for seed := range uint64(2) {
				src := rng.NewKey(seed).Child(path).Stream()
				set, err := randomData(readProgram(t, path), src, 3)
				if err != nil {
					t.Fatal(err)
				}
				d := newDirect(t, readProgram(t, path), set)
				for _, inTurn := range []bool{false, true} {
					if inTurn && (seed > 0 || testing.Short()) {
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

// Whatever the data, a program becomes a model or an error with a message; and whether loops run together makes no
// difference.
func TestModel_RandomData(t *testing.T) {
	var paths []string
	for _, pattern := range []string{examples + "/*/model.stan", "../../examples/posteriordb/*.stan"} {
		list, err := filepath.Glob(pattern)
		if err != nil || len(list) == 0 {
			t.Fatal("no programs like", pattern, err)
		}
		paths = append(paths, list...)
	}
	count := uint64(3)
	if testing.Short() {
		count = 1
	}
	for _, path := range paths {
		built := 0
		for seed := range count {
			src := rng.NewKey(seed).Child(path).Stream()
			above := []int{7, 0, 2}[seed]
			set, err := randomData(readProgram(t, path), src, above)
			if err != nil {
				continue
			}
			if sameEitherWay(t, path, set, src) {
				built++
			}
		}
		t.Logf("%s: %d models", path, built)
	}
}

// sameEitherWay compares the models of a program with and without lanes at random points, and reports whether there is
// one.
func sameEitherWay(t *testing.T, path string, set *data.Set, src *rng.Stream) bool {
	t.Helper()
	together, err := Model(readProgram(t, path), set, Options{})
	inTurn, err2 := Model(readProgram(t, path), set, Options{InTurn: true})
	if (err == nil) != (err2 == nil) {
		t.Errorf("%s: together: %v, in turn: %v", path, err, err2)
	}
	if err != nil || err2 != nil {
		if err != nil && err.Error() == "" {
			t.Errorf("%s: an error without a message", path)
		}
		return false
	}
	a, b := density(t, together), density(t, inTurn)
	q, gradA, gradB := make([]float64, together.Dim), make([]float64, together.Dim), make([]float64, together.Dim)
	offset := math.NaN() // constants may be left out of one and not of the other
	for range 3 {
		for i := range q {
			q[i] = 0.5 * src.Normal()
		}
		x, _ := a.LogDensityGrad(gradA, q)
		y, _ := b.LogDensityGrad(gradB, q)
		if math.IsNaN(offset) && !math.IsInf(y, 0) {
			offset = x - y
		}
		if !math.IsInf(y, 0) {
			y += offset
		}
		if !check.Close(t, x, y, sameRel.Scaled(largest(append([]float64{y}, gradB...))), path) {
			return false
		}
		if !(math.IsInf(x, 0) || math.IsNaN(x)) {
			check.CloseSlice(t, gradA, gradB, sameRel.Scaled(largest(append([]float64{y}, gradB...))), path)
		}
	}
	newDrawer(t, together).values(t, q)
	newDrawer(t, inTurn).values(t, q)
	return true
}

// sameRel is the tolerance between two orders of the same additions.
var sameRel = check.Rel

// FuzzModel runs the programs of this repository over random data: there is a model or an error, and quantities can be
// drawn from the model.
func FuzzModel(f *testing.F) {
	var paths []string
	for _, pattern := range []string{"testdata/programs/*.stan", "../testdata/valid/*.stan", examples + "/*/model.stan", "../../examples/posteriordb/*.stan"} {
		list, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		paths = append(paths, list...)
	}
	for i := range paths {
		f.Add(uint16(i), uint64(i), uint8(i%9))
	}
	f.Fuzz(func(t *testing.T, which uint16, seed uint64, above uint8) {
		path := paths[int(which)%len(paths)]
		src := rng.NewKey(seed).Stream()
		set, err := randomData(readProgram(t, path), src, int(above%20))
		if err != nil {
			return
		}
		m, err := Model(readProgram(t, path), set, Options{})
		if err != nil {
			return
		}
		q := make([]float64, m.Dim)
		for i := range q {
			q[i] = src.Normal()
		}
		density(t, m).LogDensityGrad(make([]float64, m.Dim), q)
		newDrawer(t, m).values(t, q)
	})
}
