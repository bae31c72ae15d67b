package eval

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/stan/types"
)

// constraintTolerance is how far sums and norms of constrained values may be off (Stan reference manual, "Constraint
// tolerance").
const constraintTolerance = 1e-8

// checkConstraint reports a known value that breaks its declaration.
func (ev *evaluator) checkConstraint(sym *types.Symbol, v *Value) error {
	if v.Parts != nil || v.IsSym() || sym.Decl == nil {
		return nil
	}
	x := v.Floats()
	for _, bound := range []struct {
		e     types.Expr
		what  string
		holds func(x, b float64) bool
	}{
		{sym.Decl.Lower, "below its lower bound", func(x, b float64) bool { return x >= b }},
		{sym.Decl.Upper, "above its upper bound", func(x, b float64) bool { return x <= b }},
	} {
		if bound.e == nil {
			continue
		}
		b, err := ev.eval(bound.e)
		if err != nil {
			return err
		}
		limits := b.Floats()
		for i := range x {
			if limit := limits[i%len(limits)]; !bound.holds(x[i], limit) {
				return ev.violation(sym, v, i, fmt.Sprintf("%s is %s %s", number(x[i]), bound.what, number(limit)))
			}
		}
	}
	return ev.checkSet(sym, v)
}

// violation describes what is wrong with an element of a variable.
func (ev *evaluator) violation(sym *types.Symbol, v *Value, i int, what string) error {
	return fmt.Errorf("%s = %s (line %d declares %s)", elementName(sym.Name, v.Type, v.Dims, i), what,
		ev.source.LineOf(sym.At.Start), ev.declaredText(sym, v.Dims))
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// elementName writes the element at a position of a value's list as a program does.
func elementName(name string, t types.Type, dims []int, i int) string {
	if len(dims) == 0 {
		return name
	}
	index := make([]string, len(dims))
	p := &place{typ: t, dims: dims}
	for _, d := range p.order() {
		index[d.index] = strconv.Itoa(i/d.stride%dims[d.index] + 1)
	}
	return name + "[" + strings.Join(index, ",") + "]"
}

// checkSet checks each vector or matrix of a value against the set that its declaration names.
func (ev *evaluator) checkSet(sym *types.Symbol, v *Value) error {
	if sym.Decl.Constraint == types.None {
		return nil
	}
	rows, cols := v.matrixSizes()
	size := rows * cols
	for from := 0; size > 0 && from < len(v.Reals); from += size {
		what := outside(sym.Decl.Constraint, v.Reals[from:from+size], rows, cols)
		if what == "" {
			continue
		}
		name := sym.Name
		if sym.Type.Rank > 0 {
			name = elementName(name, types.Type{Base: types.Real, Rank: sym.Type.Rank}, v.Dims[:sym.Type.Rank], from/size)
		}
		return fmt.Errorf("%s %s (line %d declares %s)", name, what, ev.source.LineOf(sym.At.Start), ev.declaredText(sym, v.Dims))
	}
	return nil
}

// outside says how a column-major matrix or vector lies outside of a set, "" if it lies within.
func outside(c types.Constraint, x []float64, rows, cols int) string {
	at := func(i, j int) float64 { return x[i+j*rows] }
	switch c {
	case types.Ordered, types.PositiveOrdered:
		return notOrdered(x, c == types.PositiveOrdered)
	case types.Simplex:
		return notStochastic(x)
	case types.UnitVector:
		if s := addedUp(x, func(v float64) float64 { return v * v }); !(math.Abs(s-1) <= constraintTolerance) {
			return "is no unit vector: the sum of its squares is " + number(s)
		}
	case types.SumToZero:
		if s := addedUp(x, func(v float64) float64 { return v }); !(math.Abs(s) <= constraintTolerance) {
			return "does not sum to zero but to " + number(s)
		}
	case types.ColumnStochastic:
		for j := range cols {
			if what := notStochastic(x[j*rows : (j+1)*rows]); what != "" {
				return fmt.Sprintf("has a column %d that %s", j+1, what)
			}
		}
	case types.RowStochastic:
		for i := range rows {
			row := make([]float64, cols)
			for j := range row {
				row[j] = at(i, j)
			}
			if what := notStochastic(row); what != "" {
				return fmt.Sprintf("has a row %d that %s", i+1, what)
			}
		}
	case types.CholeskyCorr, types.CholeskyCov:
		return notCholesky(at, rows, cols, c == types.CholeskyCorr)
	case types.CorrMatrix, types.CovMatrix:
		return notCovariance(x, at, rows, c == types.CorrMatrix)
	}
	return ""
}

func addedUp(x []float64, f func(float64) float64) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(f(v))
	}
	return s
}

func notOrdered(x []float64, positive bool) string {
	if positive && len(x) > 0 && !(x[0] >= 0) {
		return "is not positive: its first element is " + number(x[0])
	}
	for i := 1; i < len(x); i++ {
		if !(x[i] > x[i-1]) {
			return fmt.Sprintf("is not ordered: element %d is %s, element %d is %s", i, number(x[i-1]), i+1, number(x[i]))
		}
	}
	return ""
}

func notStochastic(x []float64) string {
	for i, v := range x {
		if !(v >= 0) {
			return fmt.Sprintf("is no simplex: element %d is %s", i+1, number(v))
		}
	}
	if s := addedUp(x, func(v float64) float64 { return v }); !(math.Abs(s-1) <= constraintTolerance) {
		return "is no simplex: it sums to " + number(s)
	}
	return ""
}

func notCholesky(at func(i, j int) float64, rows, cols int, correlation bool) string {
	for i := range rows {
		squares := 0.0
		for j := range cols {
			v := at(i, j)
			squares += float64(v * v)
			switch {
			case j > i && v != 0:
				return fmt.Sprintf("is not lower triangular: element [%d,%d] is %s", i+1, j+1, number(v))
			case i == j && !(v > 0):
				return fmt.Sprintf("is no Cholesky factor: element [%d,%d] is %s", i+1, j+1, number(v))
			}
		}
		if correlation && !(math.Abs(squares-1) <= constraintTolerance) {
			return fmt.Sprintf("is no factor of a correlation matrix: the squares in row %d sum to %s", i+1, number(squares))
		}
	}
	return ""
}

func notCovariance(x []float64, at func(i, j int) float64, n int, correlation bool) string {
	for i := range n {
		if correlation && !(math.Abs(at(i, i)-1) <= constraintTolerance) {
			return fmt.Sprintf("is no correlation matrix: element [%d,%d] is %s", i+1, i+1, number(at(i, i)))
		}
		for j := range i {
			if !(math.Abs(at(i, j)-at(j, i)) <= constraintTolerance) {
				return fmt.Sprintf("is not symmetric: element [%d,%d] is %s, element [%d,%d] is %s",
					i+1, j+1, number(at(i, j)), j+1, i+1, number(at(j, i)))
			}
		}
	}
	l := make([]float64, n*n)
	choleskyFactor(l, x, n)
	for i := range n {
		if !(l[i+i*n] > 0) {
			return "is not positive definite"
		}
	}
	return ""
}
