package expr

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/tensor"
)

// Columns are known coefficients of rows: one column of n numbers, a scalar that
// stands for n equal ones, or the columns of an (n, k) matrix, of a (k, n) one if
// Trans.
type Columns struct {
	X     Expr
	Trans bool
}

// count returns how many columns there are, -1 if they do not fit n rows.
func (c Columns) count(n int) int {
	switch {
	case c.X.IsScalar():
		return 1
	case c.X.Shape.Dims() == 1 && c.X.Size() == n && !c.Trans:
		return 1
	case c.X.Shape.Dims() == 2 && !c.Trans && c.X.Shape[0] == n:
		return c.X.Shape[1]
	case c.X.Shape.Dims() == 2 && c.Trans && c.X.Shape[1] == n:
		return c.X.Shape[0]
	}
	return -1
}

// LeastSquaresOp is what a QR node knows besides its arguments, which
// are y and the blocks of columns.
type LeastSquaresOp struct {
	ir.LeastSquaresShape
	Widths []int  // columns of each block
	Trans  []bool // whether a block is given by its transpose
}

// ReduceRows returns the triangular factors of n rows of known coefficients and
// of their values y, by which a sum of squares of residuals needs fewer of them;
// ir.LeastSquaresShape tells what they are and how they are laid out. The rows
// belong to groups by idx, below idx.Max; nil is one group. The first head
// columns have coefficients of each group's own, and with separate all of them.
// All arguments are data.
func ReduceRows(n int, x []Columns, y Expr, idx *Index, head int, separate bool) (Expr, ir.LeastSquaresShape) {
	s := ir.LeastSquaresShape{N: n, J: 1, Head: head, Separate: separate}
	in := []Expr{y}
	op := Op{Kind: QR, Index: idx, LeastSquares: &LeastSquaresOp{}}
	for _, c := range x {
		in = append(in, c.X)
	}
	if e := firstErr(in...); e != nil {
		return e, s
	}
	for _, c := range append([]Columns{{X: y}}, x...) {
		if w := c.count(n); w < 0 || !c.X.static {
			return errorf("least squares over %d rows: columns of shape %v that fit them and depend on data alone are wanted", n, c.X.Shape), s
		}
	}
	for _, c := range x {
		op.LeastSquares.Widths = append(op.LeastSquares.Widths, c.count(n))
		op.LeastSquares.Trans = append(op.LeastSquares.Trans, c.Trans)
		s.K += c.count(n)
	}
	if idx != nil {
		s.J = idx.Max
		if len(idx.Values) != n {
			return errorf("least squares over %d rows with %d group numbers", n, len(idx.Values)), s
		}
	}
	if head < 0 || head > s.K || separate && head != s.K {
		return errorf("least squares with %d of %d coefficients by group", head, s.K), s
	}
	op.LeastSquares.LeastSquaresShape = s
	return build(op, tensor.Shape{s.Size()}, in...), s
}
