package reduce

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// multivariate reduces |L⁻¹·(Y − m·1ᵀ)|² for data Y with many columns, one for
// each observation of a vector, and m and L that depend on parameters. With the
// triangular factor T of the rows (1, y) of all observations it is
// |L⁻¹·(B − m·tᵀ)|² with one column for each row of T. The rows hold y without
// its mean, which is taken off m instead.
func (s *sum) multivariate(p product) (expr.Expr, bool) {
	u, ok := square(p.dynamic)
	if !ok || u.Kind != expr.TriSolve || p.static != nil && !p.static.IsScalar() {
		return nil, false
	}
	k, n := u.Rows, u.Cols
	y, m, ok := aroundMean(u.In[1], k, n)
	if !ok || 5*(k+1) > 4*n {
		return nil, false
	}
	y = expr.Reshape(y, tensor.Shape{k, n})
	var columns []expr.Columns
	if m != nil {
		ones := expr.Repeat(1, vectorOf(n))
		mean := expr.Mul(1/float64(n), expr.MulVec(y, ones))
		y = expr.Sub(y, expr.OuterProduct(mean, ones))
		m = expr.Sub(m, mean)
		columns = append(columns, expr.Columns{X: expr.Const(1)})
	}
	columns = append(columns, expr.Columns{X: y, Trans: true})
	out, shape := expr.ReduceRows(n, columns, expr.Const(0), nil, 0, false)
	w := shape.K
	b := expr.Transpose(expr.Reshape(expr.Part(out, shape.TailR(w-k), w*k), tensor.Shape{w, k}))
	if m != nil {
		b = expr.Sub(b, expr.OuterProduct(m, expr.Part(out, shape.TailR(0), w)))
	}
	s.r.note(LeastSquares, n, w)
	return times(p.static, expr.Sum(expr.Square(solveWith(u, u.In[0], b)))), true
}

// aroundMean splits x, k × n, into data and a vector of k that is subtracted
// from every column, nil for zeros.
func aroundMean(x expr.Expr, k, n int) (y, m expr.Expr, ok bool) {
	switch {
	case x.Static():
		return x, nil, true
	case x.Kind != expr.Map || x.Fn != ir.Sub:
		return nil, nil, false
	}
	y, m = x.In[0], x.In[1]
	if !y.Static() {
		y, m = m, y // the square does not mind
	}
	switch {
	case !y.Static() || y.IsScalar():
		return nil, nil, false
	case m.IsScalar():
		return y, expr.Repeat(m, vectorOf(k)), true
	case m.Kind == expr.Fill:
		return y, expr.Repeat(m.In[0], vectorOf(k)), true
	case m.Kind == expr.Outer && m.Rows == k && m.Cols == n && m.In[1].Kind == expr.Fill:
		return y, expr.Mul(flatten(m.In[0]), m.In[1].In[0]), true
	}
	return nil, nil, false
}

// unscaled takes scalar factors off the matrix of a triangular system; scale is
// nil if there are none.
func unscaled(x expr.Expr) (scale, rest expr.Expr) {
	l := x.In[0]
	for l.Kind == expr.Map && l.Fn == ir.Mul {
		a, b := l.In[0], l.In[1]
		if !a.IsScalar() {
			a, b = b, a
		}
		if !a.IsScalar() || b.IsScalar() {
			break
		}
		scale, l = times(scale, a), b
	}
	if scale == nil {
		return nil, x
	}
	return scale, solveWith(x, l, x.In[1])
}

// solveWith returns the solution of the system x with another matrix and
// another right-hand side.
func solveWith(x, l, b expr.Expr) expr.Expr {
	l = expr.Reshape(l, tensor.Shape{x.Rows, x.Rows})
	if x.Trans {
		return expr.SolveLowerT(l, b)
	}
	return expr.SolveLower(l, b)
}

// whitened writes L⁻¹·x as lines for L that is data.
func (s *sum) whitened(x expr.Expr) ([]line, bool) {
	if !x.In[0].Static() || x.Cols != 1 {
		return nil, false
	}
	lines, ok := s.affine(x.In[1])
	if !ok {
		return nil, false
	}
	for i := range lines {
		p := &lines[i]
		switch {
		case p.row != nil || p.block.Trans:
			return nil, false
		case p.vec != nil:
			p.block.X = solveWith(x, x.In[0], p.block.X)
		case p.col == nil:
			p.col = solveWith(x, x.In[0], expr.Repeat(1, vectorOf(s.n)))
		default:
			p.col = solveWith(x, x.In[0], p.col)
		}
	}
	return lines, true
}
