package expr

import "github.com/quatre-ppl/quatre/tensor"

// MulVec returns A·x for a matrix of shape (n, k) and a vector of k.
func MulVec(a, b any) Expr {
	m, x := Of(a), Of(b)
	if e := firstErr(m, x); e != nil {
		return e
	}
	if m.Shape.Dims() != 2 || x.Shape.Dims() != 1 || m.Shape[1] != x.Shape[0] {
		return errorf("matrix %v times vector %v: want shapes (n, k) and (k)", m.Shape, x.Shape)
	}
	return build(Op{Kind: MatVec, Rows: m.Shape[0], Cols: m.Shape[1]}, tensor.Shape{m.Shape[0]}, m, x)
}

// MulVecT returns Aᵀ·x for a matrix of shape (n, k) and a vector of n.
func MulVecT(a, b any) Expr {
	m, x := Of(a), Of(b)
	if e := firstErr(m, x); e != nil {
		return e
	}
	if m.Shape.Dims() != 2 || x.Shape.Dims() != 1 || m.Shape[0] != x.Shape[0] {
		return errorf("transposed matrix %v times vector %v: want shapes (n, k) and (n)", m.Shape, x.Shape)
	}
	return build(Op{Kind: MatVec, Rows: m.Shape[0], Cols: m.Shape[1], Trans: true}, tensor.Shape{m.Shape[1]}, m, x)
}

// MatMul returns A·B for A (n, k) and B (k, m), column by column.
func MatMul(a, b any) Expr {
	x, y := Of(a), Of(b)
	if e := firstErr(x, y); e != nil {
		return e
	}
	if x.Shape.Dims() != 2 || y.Shape.Dims() != 2 || x.Shape[1] != y.Shape[0] {
		return errorf("matrix product of shapes %v and %v: want (n, k) and (k, m)", x.Shape, y.Shape)
	}
	cols := make([]Expr, y.Shape[1])
	for j := range cols {
		cols[j] = MulVec(x, Col(y, j))
	}
	if len(cols) == 0 {
		return Data("", tensor.Shape{x.Shape[0], 0}, nil)
	}
	return Reshape(Concat(cols...), tensor.Shape{x.Shape[0], y.Shape[1]})
}

// Col returns column j of a matrix.
func Col(a any, j int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if x.Shape.Dims() != 2 || j < 0 || j >= x.Shape[1] {
		return errorf("column %d of an array of shape %v", j, x.Shape)
	}
	return slice(x, j*x.Shape[0], tensor.Shape{x.Shape[0]})
}

// Row returns row i of a matrix.
func Row(a any, i int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if x.Shape.Dims() != 2 || i < 0 || i >= x.Shape[0] {
		return errorf("row %d of an array of shape %v", i, x.Shape)
	}
	idx := make([]int, x.Shape[1])
	for j := range idx {
		idx[j] = i + j*x.Shape[0]
	}
	return pick(x, idx, true)
}

// Transpose returns the transpose of a matrix.
func Transpose(a any) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if x.Shape.Dims() != 2 {
		return errorf("transpose of an array of shape %v", x.Shape)
	}
	r, c := x.Shape[0], x.Shape[1]
	idx := make([]int, 0, r*c)
	for i := range r {
		for j := range c {
			idx = append(idx, i+j*r)
		}
	}
	return Reshape(pick(x, idx, true), tensor.Shape{c, r})
}

// Diagonal returns the diagonal of a square matrix.
func Diagonal(a any) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if x.Shape.Dims() != 2 || x.Shape[0] != x.Shape[1] {
		return errorf("diagonal of an array of shape %v", x.Shape)
	}
	idx := make([]int, x.Shape[0])
	for i := range idx {
		idx[i] = i * (x.Shape[0] + 1)
	}
	return pick(x, idx, true)
}

// OuterProduct returns a·bᵀ for two vectors.
func OuterProduct(a, b any) Expr {
	x, y := Of(a), Of(b)
	if e := firstErr(x, y); e != nil {
		return e
	}
	if x.Shape.Dims() != 1 || y.Shape.Dims() != 1 {
		return errorf("outer product of shapes %v and %v", x.Shape, y.Shape)
	}
	r, c := x.Shape[0], y.Shape[0]
	return build(Op{Kind: Outer, Rows: r, Cols: c}, tensor.Shape{r, c}, x, y)
}

// Cholesky returns the lower triangular L with L·Lᵀ = a; only the lower
// triangle of a is read. Where a is not positive definite L is NaN.
func Cholesky(a any) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if x.Shape.Dims() != 2 || x.Shape[0] != x.Shape[1] {
		return errorf("Cholesky factor of an array of shape %v", x.Shape)
	}
	return build(Op{Kind: Chol, Rows: x.Shape[0]}, x.Shape, x)
}

// SolveLower returns the solution of l·x = b for lower triangular l; b is a
// vector or a matrix.
func SolveLower(l, b any) Expr { return triSolve(Of(l), Of(b), false) }

// SolveLowerT returns the solution of lᵀ·x = b for lower triangular l.
func SolveLowerT(l, b any) Expr { return triSolve(Of(l), Of(b), true) }

func triSolve(l, b Expr, trans bool) Expr {
	if e := firstErr(l, b); e != nil {
		return e
	}
	d := b.Shape.Dims()
	if l.Shape.Dims() != 2 || l.Shape[0] != l.Shape[1] || d < 1 || d > 2 || b.Shape[0] != l.Shape[0] {
		return errorf("triangular solve with shapes %v and %v", l.Shape, b.Shape)
	}
	return build(Op{Kind: TriSolve, Rows: l.Shape[0], Cols: b.Size() / max(1, l.Shape[0]), Trans: trans}, b.Shape, l, b)
}
