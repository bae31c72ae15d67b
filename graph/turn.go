package graph

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// Products of matrices run over rows in lanes. Data with few rows and many columns
// would leave most lanes idle in one direction and end in a sum over lanes for every
// column in the other, so their transpose is taken once instead.

// wide reports whether e is a product with a matrix of data that has fewer rows than
// there are lanes, and more columns.
func wide(e expr.Expr) bool {
	return e.Kind == expr.MatVec && e.In[0].Static() && !e.Static() && e.Rows < ir.Lanes && e.Cols >= ir.Lanes
}

// matrixAt is a list of elements as a matrix.
type matrixAt struct {
	x          expr.Expr
	rows, cols int
}

// turned returns the product e by the transpose of its matrix.
func (b *builder) turned(e expr.Expr) expr.Expr {
	at := matrixAt{e.In[0], e.Rows, e.Cols}
	m, ok := b.transposed[at]
	if !ok {
		idx := &expr.Index{Max: e.Rows * e.Cols}
		for i := range e.Rows {
			for j := range e.Cols {
				idx.Values = append(idx.Values, int32(i+j*e.Rows))
			}
		}
		flat := expr.Reshape(at.x, []int{idx.Max})
		m = expr.Reshape(expr.Pick(flat, idx), []int{e.Cols, e.Rows})
		b.transposed[at] = m
	}
	x := expr.Reshape(e.In[1], []int{e.In[1].Size()})
	if e.Trans {
		return expr.MulVec(m, x)
	}
	return expr.MulVecT(m, x)
}
