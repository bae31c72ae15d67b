package eval

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// longProduct is the number of multiplications from which on a product over lanes is one matrix operation, or if it
// cannot be one is left to be done lane by lane.
const (
	longProduct    = 8
	longestProduct = 1000
)

// matrixProduct multiplies matrices, row vectors (from the left, or a vector from the left by them) and vectors.
func matrixProduct(c *call) (*Value, error) {
	a, b := c.args[0], c.args[1]
	rows, inner := a.matrixSizes()
	other, cols := b.matrixSizes()
	if inner != other {
		return nil, c.errorf("the first must have as many columns as the second has rows",
			"the sizes %s and %s do not fit", sizesText(a), sizesText(b))
	}
	var dims []int
	switch c.result.Base {
	case types.Vector:
		dims = []int{rows}
	case types.RowVector:
		dims = []int{cols}
	case types.Matrix:
		dims = []int{rows, cols}
	}
	l := c.lanes()
	switch {
	case c.known():
		return c.knownProduct(rows, inner, cols, dims)
	case rows*cols == 0 || inner == 0:
		return c.value(zeros(rows*cols), c.result, dims, l)
	case l != nil:
		x, err := c.productInLanes(rows, inner, cols, l)
		if err != nil {
			return nil, err
		}
		return c.value(x, c.result, dims, l)
	}
	left, right := c.ev.flat(a), c.ev.flat(b)
	asMatrix := func(x expr.Expr, r, k int) expr.Expr { return c.ev.matrixOf(x, r, k) }
	var x expr.Expr
	switch {
	case rows == 1 && cols == 1:
		x = expr.Dot(left, right)
	case inner == 1:
		x = expr.OuterProduct(left, right)
	case cols == 1:
		x = expr.MulVec(asMatrix(left, rows, inner), right)
	case rows == 1:
		x = expr.MulVecT(asMatrix(right, inner, cols), left)
	default:
		x = expr.MatMul(asMatrix(left, rows, inner), asMatrix(right, inner, cols))
	}
	return c.value(x, c.result, dims, nil)
}

// knownProduct multiplies numbers, in each lane.
func (c *call) knownProduct(rows, inner, cols int, dims []int) (*Value, error) {
	l := c.lanes()
	n := laneCount(l)
	a, b := c.args[0], c.args[1]
	if l != nil {
		a, b = c.inLanes(a, l), c.inLanes(b, l)
	}
	out := make([]float64, rows*cols*n)
	one := make([]float64, rows*cols)
	for lane := range n {
		left, right := a.lane(lane).Reals, b.lane(lane).Reals
		if l == nil {
			one = out
		}
		clear(one)
		for j := range cols {
			matVec(one[j*rows:][:rows], left, right[j*inner:][:inner], rows, inner, false)
		}
		if l != nil {
			for e, x := range one {
				out[e*n+lane] = x
			}
		}
	}
	v := newReals(c.result, dims, out)
	v.Lanes, v.Fixed = l, c.fixed()
	return v, nil
}

// inLanes returns v spread over l; a value that is the same in all lanes stays as it is.
func (c *call) inLanes(v *Value, l *lanes) *Value {
	if v.Lanes == nil {
		return v
	}
	return c.ev.spread(v, l)
}

// productInLanes multiplies in all lanes at once. A matrix or vector that differs from lane to lane, times a vector that does
// not, is one matrix product with a row for each lane.
func (c *call) productInLanes(rows, inner, cols int, l *lanes) (expr.Expr, error) {
	a, b := c.inLanes(c.args[0], l), c.inLanes(c.args[1], l)
	left, right := c.ev.components(a), c.ev.components(b)
	row := func(i int) []expr.Expr {
		out := make([]expr.Expr, inner)
		for k := range out {
			out[k] = left[i+k*rows]
		}
		return out
	}
	column := func(j int) []expr.Expr { return right[j*inner : (j+1)*inner] }
	if a.Lanes != nil && b.Lanes != nil && rows*cols*inner > longestProduct {
		return nil, notTogether{c.name}
	}
	var out []expr.Expr
	for j := range cols {
		for i := range rows {
			out = append(out, c.dotInLanes(row(i), column(j), a, b, l))
		}
	}
	return assemble(out, l), nil
}

// dotInLanes is the inner product of components x and y of the values a and b.
func (c *call) dotInLanes(x, y []expr.Expr, a, b *Value, l *lanes) expr.Expr {
	switch {
	case len(x) >= longProduct && b.Lanes == nil || a.known() && b.Lanes == nil && len(x) > 1:
		return expr.MulVec(c.laneMatrix(x, l), expr.Concat(y...))
	case len(x) >= longProduct && a.Lanes == nil || b.known() && a.Lanes == nil && len(x) > 1:
		return expr.MulVec(c.laneMatrix(y, l), expr.Concat(x...))
	}
	total := expr.Mul(x[0], y[0])
	for k := 1; k < len(x); k++ {
		total = expr.Add(total, expr.Mul(x[k], y[k]))
	}
	return total
}

// laneMatrix returns a matrix with a row for each lane and a column for each component.
func (c *call) laneMatrix(x []expr.Expr, l *lanes) expr.Expr {
	static := true
	for _, column := range x {
		static = static && column.Static()
	}
	all := assemble(x, l)
	if !static || all.Err() != nil {
		return expr.Reshape(all, tensor.Shape{l.n, len(x)})
	}
	values, err := fold(all, nil)
	if err != nil {
		return expr.Error(err)
	}
	return c.ev.matrixOf(c.ev.nodes.of(values, false), l.n, len(x))
}
