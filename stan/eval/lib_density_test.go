package eval

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// densityCases are the cases that call a log density or mass directly.
func densityCases(t *testing.T) []functionCase {
	t.Helper()
	var list []functionCase
	for _, f := range functionCases(t) {
		name, _, _ := strings.Cut(f.name(), "(")
		if !f.Rejects && (strings.HasSuffix(name, "_lpdf") || strings.HasSuffix(name, "_lpmf")) {
			list = append(list, f)
		}
	}
	return list
}

// densityOf returns the call of the case's density with other arguments, as a statement makes it.
func (f *tried) densityOf(args []*Value) *call {
	body := f.fn.Body[0].(*types.Return).Value.(*types.Call)
	return f.ev.newCall(body, args)
}

// TestDensities_AddedOverLanes asks for the sum over all iterations, which a ~ in a loop does.
func TestDensities_AddedOverLanes(t *testing.T) {
	for _, f := range densityCases(t) {
		try := f.prepare(t)
		l := &lanes{n: len(laneFactors)}
		each, total, valid := make([][]*Value, l.n), 0.0, true
		for b, factor := range laneFactors {
			each[b] = f.values(try.fn, factor)
			v, err := try.call(each[b])
			if valid = valid && err == nil; valid {
				total += v.Real()
			}
		}
		if !valid {
			continue // a simplex, say, times a factor
		}
		args := make([]*Value, len(f.Args))
		for i := range args {
			args[i] = stackLanes(each, i, l)
		}
		for _, symbolic := range []bool{false, true} {
			given, q := args, []float64(nil)
			if symbolic {
				given, q = asSymbols(args, -1)
			}
			c := try.densityOf(given)
			c.total = true
			v, err := try.ev.apply(c)
			if errors.As(err, &notTogether{}) {
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", f.name(), err)
				continue
			}
			check.Close(t, sumLanes(numbersAt(t, v, q)), total, parameterClass, f.name(), "symbolic:", symbolic)
		}
	}
}

// TestDensities_UnnormalisedDifferByAConstant moves the parameters: the terms that are left out must not notice.
func TestDensities_UnnormalisedDifferByAConstant(t *testing.T) {
	for _, f := range densityCases(t) {
		try := f.prepare(t)
		args := f.values(try.fn, 1)
		for only := range args {
			symbols, q := asSymbols(args, only)
			if len(q) == 0 || f.Args[0].Dims != nil && args[0].Size() == 0 {
				continue // ints, and the density of no values
			}
			whole, err := try.ev.apply(try.densityOf(symbols))
			if err != nil {
				t.Fatal(err)
			}
			c := try.densityOf(symbols)
			c.unnormalised = true
			kernel, err := try.ev.apply(c)
			if err != nil {
				t.Fatal(err)
			}
			if whole.Sym == nil || kernel.Sym == nil {
				t.Errorf("%s: argument %d does not enter", f.name(), only)
				continue
			}
			left := expr.Sub(whole.Sym, kernel.Sym)
			here, err := fold(left, q)
			if err != nil {
				t.Fatal(err)
			}
			moved := make([]float64, len(q))
			for i := range q {
				moved[i] = q[i] * 0.98
			}
			there, err := fold(left, moved)
			if err != nil {
				t.Fatal(err)
			}
			if !math.IsNaN(there[0]) {
				check.Close(t, there[0], here[0], parameterClass.Scaled(1), f.name(), "argument", only)
			}
		}
	}
}

// TestDensities_UnnormalisedOfNumbersIsZero holds unless the numbers are rejected.
func TestDensities_UnnormalisedOfNumbersIsZero(t *testing.T) {
	for _, f := range densityCases(t) {
		try := f.prepare(t)
		c := try.densityOf(f.values(try.fn, 1))
		c.unnormalised = true
		v, err := try.ev.apply(c)
		if err != nil {
			t.Errorf("%s: %v", f.name(), err)
			continue
		}
		if x := v.Real(); x != 0 && !math.IsInf(x, -1) {
			t.Errorf("%s: %v, want 0", f.name(), x)
		}
	}
}
