package transform

import (
	"fmt"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// stochastic maps onto matrices whose rows, or columns, are simplexes.
type stochastic struct{ rows bool }

// RowStochastic returns the transform onto matrices whose rows are simplexes:
// Simplex of each row of the unconstrained matrix, which has a column less.
func RowStochastic() Transform { return stochastic{rows: true} }

// ColumnStochastic returns the transform onto matrices whose columns are
// simplexes: Simplex of each column of the unconstrained matrix, which has a row
// less.
func ColumnStochastic() Transform { return stochastic{} }

func (t stochastic) Name() string {
	if t.rows {
		return "row_stochastic_matrix"
	}
	return "column_stochastic_matrix"
}

// sizes returns how many simplexes there are and how long they are.
func (t stochastic) sizes(shape tensor.Shape) (count, length int, err error) {
	if shape.Dims() != 2 {
		return 0, 0, fmt.Errorf("transform %s: shape %v; it works on one matrix at a time", t.Name(), shape)
	}
	count, length = shape[1], shape[0]
	if t.rows {
		count, length = length, count
	}
	if length < 1 {
		return 0, 0, fmt.Errorf("transform %s: a matrix of shape %v has no room for simplexes", t.Name(), shape)
	}
	return count, length, nil
}

func (t stochastic) Unconstrained(shape tensor.Shape) (int, error) {
	count, length, err := t.sizes(shape)
	return count * max(0, length-1), err
}

// part returns simplex k of a matrix of count simplexes of a given length.
func (t stochastic) part(x expr.Expr, k, count, length int) expr.Expr {
	if !t.rows {
		return expr.Part(x, k*length, length)
	}
	at := make([]int, length)
	for i := range at {
		at[i] = k + i*count
	}
	return elements(x, at)
}

// whole is the inverse of part.
func (t stochastic) whole(parts []expr.Expr, count, length int) expr.Expr {
	x := expr.Concat(parts...)
	if !t.rows || length == 0 {
		return x
	}
	at := make([]int, 0, count*length)
	for i := range length {
		for k := range count {
			at = append(at, k*length+i)
		}
	}
	return expr.Elements(x, at)
}

func (t stochastic) Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr) {
	count, length, err := t.sizes(shape)
	switch {
	case err != nil:
		return failed(err)
	case u.Err() != nil:
		return u, u
	case length == 1 || count == 0:
		return expr.Repeat(1, shape), expr.Const(0)
	}
	parts := make([]expr.Expr, count)
	logJacobian = expr.Const(0)
	for k := range parts {
		p, j := Simplex().Constrain(t.part(u, k, count, length-1), tensor.Shape{length})
		parts[k], logJacobian = p, expr.Add(logJacobian, j)
	}
	return expr.Reshape(t.whole(parts, count, length), shape), logJacobian
}

func (t stochastic) Unconstrain(x expr.Expr) expr.Expr {
	if x.Err() != nil {
		return x
	}
	count, length, err := t.sizes(x.Shape)
	switch {
	case err != nil:
		return expr.Error(err)
	case length == 1 || count == 0:
		return expr.Data("", tensor.Shape{0}, nil)
	}
	parts := make([]expr.Expr, count)
	for k := range parts {
		parts[k] = Simplex().Unconstrain(t.part(x, k, count, length))
	}
	return t.whole(parts, count, length-1)
}
