package eval

import (
	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// matrixFunctions take matrices apart, put them together and multiply them in special ways.
func matrixFunctions() map[string]entry {
	return map[string]entry{
		"col":     {lanes: true, eval: block(func(a []int) [4]int { return [4]int{1, a[0], -1, 1} })},
		"row":     {lanes: true, eval: block(func(a []int) [4]int { return [4]int{a[0], 1, 1, -1} })},
		"block":   {lanes: true, eval: block(func(a []int) [4]int { return [4]int{a[0], a[1], a[2], a[3]} })},
		"sub_col": {lanes: true, eval: block(func(a []int) [4]int { return [4]int{a[0], a[1], a[2], 1} })},
		"sub_row": {lanes: true, eval: block(func(a []int) [4]int { return [4]int{a[0], a[1], 1, a[2]} })},

		"diagonal":                  {lanes: true, eval: diagonal},
		"diag_matrix":               onArrays(diagMatrix),
		"add_diag":                  onArrays(addDiag),
		"symmetrize_from_lower_tri": {lanes: true, eval: symmetrize},

		"columns_dot_product": onArrays(columnsDot),
		"columns_dot_self":    onArrays(columnsDot),
		"rows_dot_product":    onArrays(rowsDot),
		"rows_dot_self":       onArrays(rowsDot),
		"crossprod":           onArrays(func(_ *call, x []expr.Expr) (expr.Expr, error) { return expr.MatMul(transposed(x[0]), x[0]), nil }),
		"tcrossprod":          onArrays(func(_ *call, x []expr.Expr) (expr.Expr, error) { return expr.MatMul(x[0], transposed(x[0])), nil }),
		"multiply_lower_tri_self_transpose": onArrays(func(c *call, x []expr.Expr) (expr.Expr, error) {
			low := lowerPart(x[0])
			return expr.MatMul(low, transposed(low)), nil
		}),
		"diag_pre_multiply":   onArrays(diagPre),
		"diag_post_multiply":  onArrays(diagPost),
		"quad_form":           onArrays(quadForm),
		"quad_form_sym":       onArrays(quadForm),
		"quad_form_diag":      onArrays(quadFormDiag),
		"trace":               onArrays(func(_ *call, x []expr.Expr) (expr.Expr, error) { return trace(x[0]), nil }),
		"trace_quad_form":     onArrays(traceQuadForm),
		"trace_gen_quad_form": onArrays(traceGenQuadForm),
		"matrix_power":        {eval: matrixPower},
		"softmax":             {lanes: true, eval: softmax},
		"log_softmax":         {lanes: true, eval: logSoftmax},
	}
}

// transpose turns vectors into row vectors and back, and matrices.
func transpose(c *call) (*Value, error) {
	v := c.args[0]
	if v.Type.Base != types.Matrix {
		return v.as(c.result, v.Dims), nil
	}
	return c.picked(v, rowsOf(v.Dims[0], v.Dims[1]), c.result, []int{v.Dims[1], v.Dims[0]})
}

// block takes a rectangle out of a matrix. Of its arguments bounds makes first row, first column, rows and columns, −1
// for all.
func block(bounds func(args []int) [4]int) func(c *call) (*Value, error) {
	return func(c *call) (*Value, error) {
		var given []int
		for i := 1; i < len(c.args); i++ {
			n, err := c.number(i)
			if err != nil {
				return nil, err
			}
			given = append(given, n)
		}
		v, b := c.args[0], bounds(given)
		rows, cols := v.Dims[0], v.Dims[1]
		if b[2] < 0 && c.name == "col" {
			b[2] = rows
		}
		if b[3] < 0 && c.name == "row" {
			b[3] = cols
		}
		if b[2] < 0 || b[3] < 0 || b[2]*b[3] > 0 && (b[0] < 1 || b[1] < 1 || b[0]+b[2]-1 > rows || b[1]+b[3]-1 > cols) {
			return nil, c.errorf("", "rows %d to %d and columns %d to %d are wanted of %s", b[0], b[0]+b[2]-1, b[1], b[1]+b[3]-1, sizesText(v))
		}
		at := make([]int, 0, b[2]*b[3])
		for j := range b[3] {
			for i := range b[2] {
				at = append(at, b[0]-1+i+(b[1]-1+j)*rows)
			}
		}
		dims := []int{b[2], b[3]}
		if c.result.Base != types.Matrix {
			dims = []int{b[2] * b[3]}
		}
		return c.picked(v, at, c.result, dims)
	}
}

func diagonal(c *call) (*Value, error) {
	v := c.args[0]
	n := min(v.Dims[0], v.Dims[1])
	at := make([]int, n)
	for i := range at {
		at[i] = i * (v.Dims[0] + 1)
	}
	return c.picked(v, at, c.result, []int{n})
}

// onDiagonal returns a square matrix of zeros with the elements of x, a vector or a scalar for all, on its diagonal.
func onDiagonal(x expr.Expr, n int) expr.Expr {
	where := make([]float64, n*n)
	index := make([]int, n*n)
	for i := range n {
		where[i*(n+1)], index[i*(n+1)] = 1, i
	}
	if !x.IsScalar() {
		x = expr.Reshape(expr.Elements(x, index), tensor.Shape{n, n})
	}
	return expr.Where(expr.Data("", tensor.Shape{n, n}, where), x, 0)
}

func diagMatrix(_ *call, x []expr.Expr) (expr.Expr, error) {
	n := x[0].Size()
	if n == 0 {
		return zeros(0, 0), nil
	}
	return onDiagonal(x[0], n), nil
}

func addDiag(c *call, x []expr.Expr) (expr.Expr, error) {
	n, cols := x[0].Shape[0], x[0].Shape[1]
	if n != cols || !x[1].IsScalar() && x[1].Size() != n {
		return nil, c.errorf("", "%s and %s do not fit", sizesText(c.args[0]), sizesText(c.args[1]))
	}
	if n == 0 {
		return x[0], nil
	}
	return expr.Add(x[0], onDiagonal(x[1], n)), nil
}

// symmetrize copies the lower triangle to the upper one.
func symmetrize(c *call) (*Value, error) {
	v := c.args[0]
	n := v.Dims[0]
	if err := c.square(0); err != nil {
		return nil, err
	}
	at := make([]int, 0, n*n)
	for j := range n {
		for i := range n {
			at = append(at, max(i, j)+min(i, j)*n)
		}
	}
	return c.picked(v, at, v.Type, v.Dims)
}

// square returns an error unless argument i is a square matrix.
func (c *call) square(i int) error {
	if r, k := c.args[i].matrixSizes(); r != k {
		return c.errorf("", "%s is not square", sizesText(c.args[i]))
	}
	return nil
}

func transposed(x expr.Expr) expr.Expr {
	if x.Err() != nil || x.Size() == 0 {
		return expr.Reshape(x, tensor.Shape{x.Shape[1], x.Shape[0]})
	}
	return expr.Transpose(x)
}

// lowerPart returns a matrix with zeros above the diagonal.
func lowerPart(x expr.Expr) expr.Expr {
	rows, cols := x.Shape[0], x.Shape[1]
	mask := make([]float64, rows*cols)
	for j := range cols {
		for i := j; i < rows; i++ {
			mask[i+j*rows] = 1
		}
	}
	if len(mask) == 0 {
		return x
	}
	return expr.Where(expr.Data("", tensor.Shape{rows, cols}, mask), x, 0)
}

// asColumns returns a vector as a matrix of one column, a row vector as one row, a matrix as it is.
func (c *call) asColumns(i int, x expr.Expr) expr.Expr {
	r, k := c.args[i].matrixSizes()
	return expr.Reshape(x, tensor.Shape{r, k})
}

// products multiplies the first argument element by element with the last.
func (c *call) products(x []expr.Expr) (expr.Expr, error) {
	last := len(x) - 1
	if !equalInts(c.args[0].Dims, c.args[last].Dims) {
		return nil, c.errorf("", "the arguments have different sizes, %s and %s", sizesText(c.args[0]), sizesText(c.args[last]))
	}
	return c.asColumns(0, expr.Mul(x[0], x[last])), nil
}

func columnsDot(c *call, x []expr.Expr) (expr.Expr, error) {
	p, err := c.products(x)
	if err != nil || p.Size() == 0 {
		return zeros(sizeOfColumns(c)), err
	}
	return expr.MulVecT(p, filled(1, p.Shape[0])), nil
}

func sizeOfColumns(c *call) int { _, k := c.args[0].matrixSizes(); return k }

func rowsDot(c *call, x []expr.Expr) (expr.Expr, error) {
	p, err := c.products(x)
	if err != nil || p.Size() == 0 {
		r, _ := c.args[0].matrixSizes()
		return zeros(r), err
	}
	return expr.MulVec(p, filled(1, p.Shape[1])), nil
}

// scaledRows multiplies row i of a matrix with element i of v.
func scaledRows(v, m expr.Expr) expr.Expr {
	return expr.Mul(m, expr.OuterProduct(v, filled(1, m.Shape[1])))
}

// scaledColumns multiplies column j of a matrix with element j of v.
func scaledColumns(m, v expr.Expr) expr.Expr {
	return expr.Mul(m, expr.OuterProduct(filled(1, m.Shape[0]), v))
}

func diagPre(c *call, x []expr.Expr) (expr.Expr, error) {
	if x[0].Size() != x[1].Shape[0] {
		return nil, c.errorf("", "%s does not fit the rows of %s", sizesText(c.args[0]), sizesText(c.args[1]))
	}
	if x[1].Size() == 0 {
		return x[1], nil
	}
	return scaledRows(x[0], x[1]), nil
}

func diagPost(c *call, x []expr.Expr) (expr.Expr, error) {
	if x[1].Size() != x[0].Shape[1] {
		return nil, c.errorf("", "%s does not fit the columns of %s", sizesText(c.args[1]), sizesText(c.args[0]))
	}
	if x[0].Size() == 0 {
		return x[0], nil
	}
	return scaledColumns(x[0], x[1]), nil
}

// quadForm: bᵀ·A·b.
func quadForm(c *call, x []expr.Expr) (expr.Expr, error) {
	a, b := x[0], x[1]
	if err := c.square(0); err != nil {
		return nil, err
	}
	if rows, _ := c.args[1].matrixSizes(); rows != a.Shape[0] {
		return nil, c.errorf("", "%s and %s do not fit", sizesText(c.args[0]), sizesText(c.args[1]))
	}
	switch {
	case b.Shape.Dims() == 1 && b.Size() == 0:
		return expr.Const(0), nil
	case b.Shape.Dims() == 1:
		return expr.Dot(b, expr.MulVec(a, b)), nil
	case b.Size() == 0:
		return zeros(b.Shape[1], b.Shape[1]), nil
	}
	return expr.MatMul(transposed(b), expr.MatMul(a, b)), nil
}

// quadFormDiag: diag(v)·A·diag(v).
func quadFormDiag(c *call, x []expr.Expr) (expr.Expr, error) {
	if err := c.square(0); err != nil {
		return nil, err
	}
	if x[1].Size() != x[0].Shape[0] {
		return nil, c.errorf("", "%s and %s do not fit", sizesText(c.args[0]), sizesText(c.args[1]))
	}
	if x[0].Size() == 0 {
		return x[0], nil
	}
	return expr.Mul(x[0], expr.OuterProduct(x[1], x[1])), nil
}

func trace(x expr.Expr) expr.Expr {
	if x.Err() != nil || x.Size() == 0 {
		return expr.Const(0)
	}
	return expr.Sum(expr.Diagonal(x))
}

// traceQuadForm: tr(bᵀ·A·b), the sum of b .* (A·b).
func traceQuadForm(c *call, x []expr.Expr) (expr.Expr, error) {
	if x[1].Shape.Dims() == 1 {
		return quadForm(c, x)
	}
	if err := c.square(0); err != nil {
		return nil, err
	}
	if x[0].Shape[0] != x[1].Shape[0] {
		return nil, c.errorf("", "%s and %s do not fit", sizesText(c.args[0]), sizesText(c.args[1]))
	}
	if x[1].Size() == 0 {
		return expr.Const(0), nil
	}
	return expr.Sum(expr.Mul(x[1], expr.MatMul(x[0], x[1]))), nil
}

// traceGenQuadForm: tr(D·bᵀ·A·b), the sum of (b·Dᵀ) .* (A·b).
func traceGenQuadForm(c *call, x []expr.Expr) (expr.Expr, error) {
	d, a, b := x[0], x[1], x[2]
	if d.Shape[0] != d.Shape[1] || a.Shape[0] != a.Shape[1] || b.Shape[0] != a.Shape[0] || b.Shape[1] != d.Shape[0] {
		return nil, c.errorf("", "%s, %s and %s do not fit", sizesText(c.args[0]), sizesText(c.args[1]), sizesText(c.args[2]))
	}
	if b.Size() == 0 {
		return expr.Const(0), nil
	}
	return expr.Sum(expr.Mul(expr.MatMul(b, transposed(d)), expr.MatMul(a, b))), nil
}

// matrixPower multiplies a matrix with itself by squaring.
func matrixPower(c *call) (*Value, error) {
	if err := c.square(0); err != nil {
		return nil, err
	}
	n, err := c.number(1)
	if err != nil || n < 0 {
		return nil, c.errorf("", "the power is %d; it must not be negative", n)
	}
	x := c.arrays()[0]
	size := x.Shape[0]
	power := expr.Data("", x.Shape, identity(size))
	if size > 0 {
		for square, first := x, true; n > 0; n >>= 1 {
			if n&1 == 1 && first {
				power, first = square, false
			} else if n&1 == 1 {
				power = expr.MatMul(power, square)
			}
			if n > 1 {
				square = expr.MatMul(square, square)
			}
		}
	}
	return c.value(power, c.result, c.args[0].Dims, nil)
}

// softmax: e^x / Σ e^x.
func softmax(c *call) (*Value, error) {
	v, err := logSoftmax(c)
	if err != nil {
		return nil, err
	}
	if v.IsSym() {
		return c.value(expr.Exp(v.Sym), c.result, v.Dims, v.Lanes)
	}
	w := *v
	w.Reals = each(v.Reals, elem.Exp)
	return &w, nil
}

// logSoftmax: x − log Σ e^x.
func logSoftmax(c *call) (*Value, error) {
	v := c.args[0]
	switch {
	case v.Size() == 0 && c.name == "log_softmax":
		return nil, c.errorf("", "the argument has no elements")
	case v.Size() == 0:
		return v, nil
	case v.known():
		out := make([]*Value, laneCount(v.Lanes))
		for b := range out {
			x := v.lane(b).Reals
			total := tensor.LogSumExp(x)
			out[b] = newReals(c.result, v.Dims, each(x, func(a float64) float64 { return a - total }))
		}
		if v.Lanes == nil {
			return out[0], nil
		}
		return stack(out, v.Lanes), nil
	case v.Lanes == nil:
		x := c.ev.flat(v)
		return c.value(expr.Sub(x, expr.LogSumExp(x)), c.result, v.Dims, nil)
	}
	x := c.ev.components(v)
	total := laneLogSumExp(x)
	return c.value(assemble(mapAll(x, func(a expr.Expr) expr.Expr { return expr.Sub(a, total) }), v.Lanes), c.result, v.Dims, v.Lanes)
}
