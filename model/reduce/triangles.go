package reduce

import (
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// triangles writes a sum of squares by its triangular factors.
type triangles struct {
	q        *quadratic
	p        *partition // nil if there are no cells
	columns  []expr.Columns
	entries  []entry // the coefficients of columns, the first head of them by cell
	head     int
	separate bool

	out   expr.Expr
	shape ir.LeastSquaresShape
}

// entry is a coefficient, a scalar or a vector over cells, or the vector of the
// coefficients of a block of that width.
type entry struct {
	x, vec expr.Expr
	width  int
}

// worthwhile reports whether the triangles are less work than n rows.
func (t *triangles) worthwhile(n int, p *partition) bool {
	k, cells := 0, 1
	for _, e := range t.entries {
		k += e.width
	}
	if p != nil {
		cells = p.cells
	}
	work := (k - t.head) * (k - t.head)
	for r := range t.head {
		work += cells * (k - r + 1)
	}
	if t.separate {
		work += cells
	}
	return 5*work <= 4*n*(k+1)
}

func (t *triangles) part(off, n int) expr.Expr { return expr.Part(t.out, off, n) }

// sum returns the sum of squares with its weights.
func (t *triangles) sum() expr.Expr {
	total := expr.Const(0)
	if t.head > 0 || t.separate {
		total = expr.Sum(t.weighted(t.heads()))
	}
	if t.separate {
		return total
	}
	rho := expr.Square(expr.At(t.out, t.shape.Rho()))
	return expr.Add(expr.Add(total, t.tail()), rho)
}

// weighted multiplies the sums of squares of the cells by their weights.
func (t *triangles) weighted(x expr.Expr) expr.Expr {
	if t.q.weight != nil {
		w := t.q.s.r.lift(t.q.weight, t.p)
		x = expr.Mul(expr.Mul(x, w), w)
	}
	if t.q.outer != nil {
		x = expr.Mul(x, t.q.s.r.lift(t.q.outer, t.p))
	}
	return x
}

// heads returns the sum of the squares of each cell's own rows.
func (t *triangles) heads() expr.Expr {
	j := t.shape.J
	own := make([]expr.Expr, t.head)
	for c := range own {
		own[c] = expr.Sub(t.entries[c].x, t.part(t.shape.Origin(c), j))
	}
	var total expr.Expr
	for r := range t.head {
		z := expr.Neg(t.part(t.shape.T(r), j))
		for c := r; c < t.head; c++ {
			z = expr.Add(z, expr.Mul(t.part(t.shape.R(r, c), j), own[c]))
		}
		total = plus(total, expr.Square(t.commonInto(z, r)))
	}
	if t.separate {
		total = plus(total, expr.Square(t.part(t.shape.Rho(), j)))
	}
	return total
}

// commonInto adds the part of the common coefficients to row r of the cells.
func (t *triangles) commonInto(z expr.Expr, r int) expr.Expr {
	j, c := t.shape.J, t.head
	for i, e := range t.entries[t.head:] {
		from := t.shape.R(r, c)
		if e.vec == nil || e.width <= unrolled {
			for k, d := range t.oneByOne(t.head+i, c) {
				z = expr.Add(z, expr.Mul(t.part(from+k*j, j), d))
			}
		} else {
			d := t.fromOrigin(t.head+i, c)
			z = expr.Add(z, expr.MulVec(expr.Reshape(t.part(from, j*e.width), tensor.Shape{j, e.width}), d))
		}
		c += e.width
	}
	return z
}

// oneByOne returns the distances of common coefficients, which begin at column
// c, from their origins as scalars.
func (t *triangles) oneByOne(i, c int) []expr.Expr {
	e := t.entries[i]
	if e.vec == nil {
		return []expr.Expr{t.fromOrigin(i, c)}
	}
	list := make([]expr.Expr, e.width)
	for k := range list {
		list[k] = expr.Sub(expr.At(e.vec, k), expr.At(t.out, t.shape.TailOrigin()+c-t.head+k))
	}
	return list
}

// fromOrigin returns the distance of common coefficients, which begin at column
// c, from their origin.
func (t *triangles) fromOrigin(i, c int) expr.Expr {
	e, at := t.entries[i], t.shape.TailOrigin()+c-t.head
	if e.vec == nil {
		return expr.Sub(e.x, expr.At(t.out, at))
	}
	return expr.Sub(e.vec, t.part(at, e.width))
}

// tail returns the sum of the squares of the rows of common coefficients.
func (t *triangles) tail() expr.Expr {
	k := t.shape.Tail()
	switch {
	case k == 0:
		return expr.Const(0)
	case k <= unrolled:
		return t.tailOneByOne()
	}
	z := expr.Neg(t.part(t.shape.TailT(), k))
	c := t.head
	for i, e := range t.entries[t.head:] {
		d := t.fromOrigin(t.head+i, c)
		from := t.shape.TailR(c - t.head)
		if e.vec == nil {
			z = expr.Add(z, expr.Mul(t.part(from, k), d))
		} else {
			z = expr.Add(z, expr.MulVec(expr.Reshape(t.part(from, k*e.width), tensor.Shape{k, e.width}), d))
		}
		c += e.width
	}
	return expr.Sum(expr.Square(z))
}

// tailOneByOne is tail for few coefficients.
func (t *triangles) tailOneByOne() expr.Expr {
	var d []expr.Expr
	c := t.head
	for i, e := range t.entries[t.head:] {
		d = append(d, t.oneByOne(t.head+i, c)...)
		c += e.width
	}
	total := expr.Const(0)
	for r := range d {
		z := expr.Neg(expr.At(t.out, t.shape.TailT()+r))
		for c := r; c < len(d); c++ {
			z = expr.Add(z, expr.Mul(expr.At(t.out, t.shape.TailR(c)+r), d[c]))
		}
		total = expr.Add(total, expr.Square(z))
	}
	return total
}
