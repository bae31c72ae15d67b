package reduce

import "github.com/quatre-ppl/quatre/model/expr"

// quadratic is Σ_i outer·(weight·static·(y − Σ_k x_k·b_k))² in the making.
type quadratic struct {
	s             *sum
	weight, outer expr.Expr // nil is 1; the same within a cell
	static        expr.Expr // data, nil is 1
	leftOver      expr.Expr // a scalar of data that multiplies the sum, nil is 1

	y      expr.Expr // nil is 0
	terms  []*coefficient
	blocks []block
}

// coefficient is what data, a column, are multiplied by: a scalar, and for some
// columns also a vector over rows that is the same within a cell.
type coefficient struct {
	col         expr.Expr // nil is 1
	scalar, row expr.Expr // nil is 0
}

// block is a matrix of columns with a vector of coefficients.
type block struct {
	x   expr.Columns
	vec expr.Expr
}

// take sorts the lines of the residual into data and coefficients. inner is
// data that multiply the residual, outer data that multiply its square.
func (q *quadratic) take(lines []line, inner, outer expr.Expr) bool {
	switch {
	case outer == nil:
	case outer.IsScalar():
		q.leftOver = outer
	default:
		r, ok := root(outer)
		if !ok {
			return false
		}
		inner = times(inner, r)
	}
	q.static = q.s.flat(inner)
	for _, l := range lines {
		q.takeLine(l)
	}
	return len(q.terms)+len(q.blocks) > 0
}

func (q *quadratic) takeLine(l line) {
	switch {
	case l.vec != nil && q.static == nil:
		vec := l.vec
		if c := times(expr.Const(-1), l.coef); c != nil {
			vec = expr.Mul(c, vec)
		}
		q.blocks = append(q.blocks, block{l.block, vec})
		return
	case l.vec != nil:
		for k := range l.vec.Size() {
			q.takeLine(line{col: column(l.block, k), coef: times(l.coef, expr.At(l.vec, k))})
		}
		return
	case l.row == nil && (l.coef == nil || l.coef.Static()):
		q.y = plus(q.y, orOne(times(l.col, l.coef)))
		return
	}
	c := q.at(l.col)
	minus := times(expr.Const(-1), l.coef)
	if l.row == nil {
		c.scalar = plus(c.scalar, orOne(minus))
	} else {
		c.row = plus(c.row, times(minus, l.row))
	}
}

// at returns the coefficient of a column, a new one if there is none.
func (q *quadratic) at(col expr.Expr) *coefficient {
	for _, c := range q.terms {
		if sameData(c.col, col) {
			return c
		}
	}
	c := &coefficient{col: col}
	q.terms = append(q.terms, c)
	return c
}

// plus returns a + b, where nil is 0.
func plus(a, b expr.Expr) expr.Expr {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return expr.Add(a, b)
}

// orOne returns x, 1 for nil.
func orOne(x expr.Expr) expr.Expr {
	if x == nil {
		return expr.Const(1)
	}
	return x
}

// unrolled is how many coefficients are written out one by one rather than as
// vectors over the rows of a triangle. Measured with native code: 9 coefficients
// take 61 ns one by one and 94 ns as vectors.
const unrolled = 10

// build returns the sum as squares of fewer residuals, nil where these would
// not be less work.
func (q *quadratic) build() expr.Expr {
	var varying []product
	for _, c := range q.terms {
		if c.row != nil {
			varying = append(varying, product{dynamic: c.row})
		}
	}
	for _, w := range []expr.Expr{q.weight, q.outer} {
		if w != nil {
			varying = append(varying, product{dynamic: w})
		}
	}
	var p *partition
	var idx *expr.Index
	if len(varying) > 0 {
		if p = q.s.partition(varying...); p == nil {
			return nil
		}
		idx = p.row
	}
	t := q.layout(p)
	if !t.worthwhile(q.s.n, p) {
		return nil
	}
	y := q.scaled(q.y)
	if q.y == nil {
		y = expr.Const(0)
	}
	t.out, t.shape = expr.ReduceRows(q.s.n, t.columns, y, idx, t.head, t.separate)
	if t.out.Err() != nil {
		return nil
	}
	if p != nil {
		q.s.r.use(p)
	}
	q.s.r.note(LeastSquares, q.s.n, t.shape.J*t.head+t.shape.Tail()+1)
	return t.sum()
}

// scaled returns a column of data times the data that multiply the residual.
func (q *quadratic) scaled(col expr.Expr) expr.Expr { return orOne(times(q.static, q.s.flat(col))) }

// layout puts the columns in order: first those whose coefficients are taken
// cell by cell.
func (q *quadratic) layout(p *partition) *triangles {
	t := &triangles{q: q, p: p, separate: q.weight != nil || q.outer != nil}
	put := func(x expr.Columns, c entry) {
		t.columns, t.entries = append(t.columns, x), append(t.entries, c)
	}
	for _, c := range q.terms {
		if c.row != nil {
			row := q.s.r.lift(c.row, p)
			put(expr.Columns{X: q.scaled(c.col)}, entry{x: plus(row, c.scalar), width: 1})
			t.head++
		}
	}
	for _, c := range q.terms {
		if c.row == nil {
			put(expr.Columns{X: q.scaled(c.col)}, entry{x: c.scalar, width: 1})
		}
	}
	for _, b := range q.blocks {
		if t.separate || b.vec.Size() == 1 {
			for k := range b.vec.Size() {
				put(expr.Columns{X: column(b.x, k)}, entry{x: expr.At(b.vec, k), width: 1})
			}
			continue
		}
		put(b.x, entry{vec: b.vec, width: b.vec.Size()})
	}
	if t.separate {
		t.head = len(t.entries)
	}
	return t
}
