package expr

import (
	"math"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/tensor"
)

// Sum returns the sum of all elements. Terms that do not vary over the
// elements are multiplied by their number instead of being added one by one.
func Sum(a any) Expr {
	x := Of(a)
	if x.err != nil || x.IsScalar() {
		return x
	}
	return sumOver(x, x.Size())
}

// SumOver returns n·a for a scalar a and Sum(a) for an array: the sum of n
// elements that may have been given as one.
func SumOver(a any, n int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	return sumOver(x, n)
}

func sumOver(x Expr, n int) Expr {
	if x.IsScalar() {
		return Mul(float64(n), x)
	}
	if x.Kind == Fill {
		return Mul(float64(n), x.In[0])
	}
	if x.Kind == Map && !x.static {
		switch x.Fn {
		case ir.Add:
			if splits(x.In[0]) || splits(x.In[1]) {
				return Add(sumOver(x.In[0], n), sumOver(x.In[1], n))
			}
		case ir.Sub:
			if splits(x.In[0]) || splits(x.In[1]) {
				return Sub(sumOver(x.In[0], n), sumOver(x.In[1], n))
			}
		case ir.Neg:
			return Neg(sumOver(x.In[0], n))
		case ir.Mul:
			if x.In[0].IsScalar() {
				return Mul(x.In[0], sumOver(x.In[1], n))
			}
			if x.In[1].IsScalar() {
				return Mul(x.In[1], sumOver(x.In[0], n))
			}
		}
	}
	return build(Op{Kind: SumAll}, nil, x)
}

// splits reports whether x, one side of a sum, has a term that need not be
// added element by element: one that is the same for every element or that
// depends on data alone.
func splits(x Expr) bool {
	if x.IsScalar() || x.Kind == Fill || x.static {
		return true
	}
	if x.Kind != Map {
		return false
	}
	switch x.Fn {
	case ir.Add, ir.Sub:
		return splits(x.In[0]) || splits(x.In[1])
	case ir.Neg:
		return splits(x.In[0])
	}
	return false
}

// Terms splits a scalar expression into the terms of its sum.
func Terms(x Expr) []Expr {
	if x.err == nil && x.IsScalar() && x.Kind == Map {
		switch x.Fn {
		case ir.Add:
			return append(Terms(x.In[0]), Terms(x.In[1])...)
		case ir.Sub:
			left := Terms(x.In[0])
			for _, t := range Terms(x.In[1]) {
				left = append(left, Neg(t))
			}
			return left
		case ir.Neg:
			var out []Expr
			for _, t := range Terms(x.In[0]) {
				out = append(out, Neg(t))
			}
			return out
		}
	}
	return []Expr{x}
}

// DropStatic returns a scalar expression without the terms of its sum that do
// not depend on parameters: a density up to a constant. Terms that are not
// finite stay, since they carry meaning.
func DropStatic(x Expr) Expr {
	if x.err != nil {
		return x
	}
	kept := Const(0)
	for _, t := range Terms(x) {
		if !t.static || notFinite(t) {
			kept = Add(kept, t)
		}
	}
	return kept
}

func notFinite(t Expr) bool {
	v, ok := t.ConstValue()
	return ok && (math.IsInf(v, 0) || math.IsNaN(v))
}

// Dot returns Σ a·b for two vectors of equal length.
func Dot(a, b any) Expr {
	x, y := Of(a), Of(b)
	if e := firstErr(x, y); e != nil {
		return e
	}
	if !x.Shape.Equal(y.Shape) {
		return errorf("dot product of shapes %v and %v", x.Shape, y.Shape)
	}
	return Sum(Mul(x, y))
}

// Matrix times vector: MulVec returns A·x for A of shape (n, k) and x (k).
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

// MulVecT returns Aᵀ·x for A of shape (n, k) and x (n).
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

// Reshape returns the same elements in column-major order with another shape.
func Reshape(a any, shape tensor.Shape) Expr {
	x := Of(a)
	if x.err != nil || x.Shape.Equal(shape) {
		return x
	}
	if x.Size() != shape.Size() {
		return errorf("cannot reshape %v to %v", x.Shape, shape)
	}
	switch {
	case x.Kind == Datum:
		return &Node{Op: x.Op, Shape: shape, Values: x.Values, static: true}
	case x.IsScalar():
		return build(Op{Kind: Fill}, shape, x)
	}
	return build(Op{Kind: Slice}, shape, x)
}

// Repeat returns an array of the given shape filled with the scalar a.
func Repeat(a any, shape tensor.Shape) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if !x.IsScalar() {
		return errorf("repeat wants a scalar, got shape %v", x.Shape)
	}
	return build(Op{Kind: Fill}, shape, x)
}

// Part returns elements [from, from+n) of a vector (of the column-major
// elements of any array), counting from 0.
func Part(a any, from, n int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if from < 0 || n < 0 || from+n > x.Size() {
		return errorf("elements [%d, %d) of an array of shape %v", from, from+n, x.Shape)
	}
	if from == 0 && n == x.Size() && x.Shape.Dims() == 1 {
		return x
	}
	return slice(x, from, tensor.Shape{n})
}

// At returns the element at 0-based column-major position i as a scalar.
func At(a any, i int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if i < 0 || i >= x.Size() {
		return errorf("element %d of an array of shape %v", i, x.Shape)
	}
	return slice(x, i, nil)
}

func slice(x Expr, off int, shape tensor.Shape) Expr {
	switch x.Kind {
	case Slice:
		return slice(x.In[0], x.Off+off, shape)
	case Fill:
		if len(shape) == 0 {
			return x.In[0]
		}
		return build(Op{Kind: Fill}, shape, x.In[0])
	case Assemble:
		n := shape.Size()
		for k, p := range x.In {
			if x.Offs[k] <= off && off+n <= x.Offs[k]+p.Size() {
				if p.IsScalar() && len(shape) == 0 {
					return p
				}
				if !p.IsScalar() {
					return slice(p, off-x.Offs[k], shape)
				}
			}
		}
	}
	if off == 0 && x.Shape.Equal(shape) {
		return x
	}
	return build(Op{Kind: Slice, Off: off}, shape, x)
}

// Concat returns the elements of the arguments one after the other.
func Concat(parts ...Expr) Expr {
	if e := firstErr(parts...); e != nil {
		return e
	}
	offs := make([]int, len(parts))
	n := 0
	for i, p := range parts {
		offs[i] = n
		n += p.Size()
	}
	if len(parts) == 1 && parts[0].Shape.Dims() == 1 {
		return parts[0]
	}
	return build(Op{Kind: Assemble, Offs: offs}, tensor.Shape{n}, parts...)
}

// Elements returns a's elements picked by 0-based positions idx. The positions
// are data.
func Elements(a any, idx []int) Expr { return pick(Of(a), idx, false) }

func pick(x Expr, idx []int, fixed bool) Expr {
	if x.err != nil {
		return x
	}
	values := make([]int32, len(idx))
	for i, k := range idx {
		if k < 0 || k >= x.Size() {
			return errorf("index %d (position %d) outside an array of %d elements", k, i, x.Size())
		}
		values[i] = int32(k)
	}
	return Pick(x, &Index{Values: values, Max: x.Size(), Fixed: fixed})
}

// Pick returns flat[idx] for an index whose Max does not exceed the size of a.
func Pick(a any, idx *Index) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if idx.Max > x.Size() {
		return errorf("index %s may reach %d, beyond an array of %d elements", idx.Name, idx.Max, x.Size())
	}
	if x.IsScalar() {
		return build(Op{Kind: Fill}, tensor.Shape{len(idx.Values)}, x)
	}
	return build(Op{Kind: Gather, Index: idx}, tensor.Shape{len(idx.Values)}, x)
}

// SumBy returns the vector of n sums Σ_{i: idx[i]=k} a[i].
func SumBy(a any, idx *Index, n int) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if len(idx.Values) != x.Size() || idx.Max > n {
		return errorf("sums by group: %d elements, %d group numbers below %d, %d groups", x.Size(), len(idx.Values), idx.Max, n)
	}
	return build(Op{Kind: SegSum, Index: idx, Rows: n}, tensor.Shape{n}, x)
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

// CumulativeSum returns the running sums of a vector.
func CumulativeSum(a any) Expr {
	x := Of(a)
	if x.err != nil {
		return x
	}
	if x.Shape.Dims() != 1 {
		return errorf("cumulative sum of an array of shape %v", x.Shape)
	}
	return build(Op{Kind: CumSum}, x.Shape, x)
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

// LogSumExp returns log Σ e^a over all elements, without overflow.
func LogSumExp(a any) Expr {
	x := Of(a)
	if x.err != nil || x.IsScalar() {
		return x
	}
	if x.Size() == 0 {
		return Const(math.Inf(-1))
	}
	hi := Constant(maxElement(x))
	// All −∞: subtract 0 instead, so that the sum is 0 and its log −∞.
	shift := Where(Less(math.Inf(-1), hi), hi, 0)
	return Add(shift, Log(Sum(Exp(Sub(x, shift)))))
}

// maxElement halves the vector until one element is left.
func maxElement(x Expr) Expr {
	for x.Size() > 1 {
		n := x.Size()
		half := n / 2
		rest := Part(x, half, half)
		m := Max(Part(x, 0, half), rest)
		if n%2 == 1 {
			m = Concat(m, At(x, n-1))
		}
		x = m
	}
	return At(x, 0)
}

// Softmax returns e^a / Σ e^a.
func Softmax(a any) Expr {
	x := Of(a)
	return Exp(Sub(x, LogSumExp(x)))
}
