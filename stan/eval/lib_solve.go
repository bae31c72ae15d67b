package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// solvers factor matrices and solve linear systems.
func solvers() map[string]entry {
	return map[string]entry{
		"cholesky_decompose":    {eval: choleskyDecompose},
		"mdivide_left_tri_low":  onArrays(leftTriangular),
		"mdivide_right_tri_low": onArrays(rightTriangular),
		"mdivide_left_spd":      onArrays(leftSPD),
		"mdivide_right_spd":     onArrays(rightSPD),
		"mdivide_right":         {lanes: true, eval: divide},
		"inverse_spd":           onArrays(inverseSPD),
		"chol2inv":              onArrays(func(c *call, x []expr.Expr) (expr.Expr, error) { return inverseFromFactor(c, lowerPart(x[0])) }),
		"inverse":               {eval: inverse},
		"determinant":           {eval: determinant},
		"log_determinant":       {eval: logDeterminant},
		"log_determinant_spd":   onArrays(logDeterminantSPD),
	}
}

// choleskyDecompose factors a symmetric positive definite matrix. Where a matrix of parameters is none, the factor is NaN,
// which rejects the point.
func choleskyDecompose(c *call) (*Value, error) {
	if err := c.square(0); err != nil {
		return nil, err
	}
	x := c.arrays()[0]
	if x.Size() == 0 {
		return c.args[0], nil
	}
	if c.known() {
		if err := c.symmetric(0); err != nil {
			return nil, err
		}
	}
	v, err := c.value(expr.Cholesky(x), c.result, c.args[0].Dims, nil)
	if err != nil || !c.known() {
		return v, err
	}
	return v, c.finite(v.Reals)
}

// finite returns an error if a factor is not a number.
func (c *call) finite(factor []float64) error {
	for _, x := range factor {
		if x != x {
			return c.errorf("", "the matrix is not positive definite")
		}
	}
	return nil
}

// asymmetry is by how much elements of a symmetric matrix may differ.
const asymmetry = 1e-8

// symmetric returns an error unless known argument i is symmetric.
func (c *call) symmetric(i int) error {
	v := c.args[i]
	n := v.Dims[0]
	for j := range n {
		for k := range j {
			if a, b := v.Reals[j+k*n], v.Reals[k+j*n]; !(math.Abs(a-b) <= asymmetry) {
				return c.errorf("", "the matrix is not symmetric: its element [%d,%d] is %v, its element [%d,%d] is %v", k+1, j+1, b, j+1, k+1, a)
			}
		}
	}
	return nil
}

// fitting returns an error unless argument i is square with as many rows as argument j has rows, or columns.
func (c *call) fitting(i, j int, columns bool) error {
	n, _ := c.args[i].matrixSizes()
	r, k := c.args[j].matrixSizes()
	if columns {
		r = k
	}
	if err := c.square(i); err != nil || n == r {
		return err
	}
	return c.errorf("", "%s and %s do not fit", sizesText(c.args[i]), sizesText(c.args[j]))
}

// solve returns f(A, b), or b where it has no elements.
func solve(f func(a, b any) expr.Expr, a, b expr.Expr) expr.Expr {
	if b.Size() == 0 {
		return b
	}
	return f(a, b)
}

// leftTriangular: L⁻¹·b.
func leftTriangular(c *call, x []expr.Expr) (expr.Expr, error) {
	return solve(expr.SolveLower, x[0], x[1]), c.fitting(0, 1, false)
}

// rightTriangular: b·L⁻¹ = (L⁻ᵀ·bᵀ)ᵀ.
func rightTriangular(c *call, x []expr.Expr) (expr.Expr, error) {
	return fromRight(expr.SolveLowerT, x[1], x[0]), c.fitting(1, 0, true)
}

// fromRight returns (f(A, bᵀ))ᵀ for a row vector or matrix b.
func fromRight(f func(a, b any) expr.Expr, a, b expr.Expr) expr.Expr {
	if b.Size() == 0 || b.Shape.Dims() == 1 {
		return solve(f, a, b)
	}
	return transposed(f(a, transposed(b)))
}

// solveSPD: A⁻¹·b through the Cholesky factor of A.
func solveSPD(a, b any) expr.Expr {
	l := expr.Cholesky(a)
	return expr.SolveLowerT(l, expr.SolveLower(l, b))
}

func leftSPD(c *call, x []expr.Expr) (expr.Expr, error) {
	return solve(solveSPD, x[0], x[1]), c.fitting(0, 1, false)
}

func rightSPD(c *call, x []expr.Expr) (expr.Expr, error) {
	return fromRight(solveSPD, x[1], x[0]), c.fitting(1, 0, true)
}

func inverseSPD(c *call, x []expr.Expr) (expr.Expr, error) {
	if x[0].Size() == 0 {
		return x[0], c.square(0)
	}
	return inverseFromFactor(c, expr.Cholesky(x[0]))
}

// inverseFromFactor: (L·Lᵀ)⁻¹.
func inverseFromFactor(c *call, l expr.Expr) (expr.Expr, error) {
	if err := c.square(0); err != nil || c.args[0].Size() == 0 {
		return l, err
	}
	unit := expr.Data("", l.Shape, identity(l.Shape[0]))
	return expr.SolveLowerT(l, expr.SolveLower(l, unit)), nil
}

// logDeterminantSPD: 2·Σ log L_ii.
func logDeterminantSPD(c *call, x []expr.Expr) (expr.Expr, error) {
	if err := c.square(0); err != nil || x[0].Size() == 0 {
		return expr.Const(0), err
	}
	return expr.Mul(2, expr.Sum(expr.Log(expr.Diagonal(expr.Cholesky(x[0]))))), nil
}

// determinant of numbers is by elimination, that of parameters by its formula up to three rows.
func determinant(c *call) (*Value, error) {
	if err := c.square(0); err != nil {
		return nil, err
	}
	if c.known() {
		return newReal(newLU(c.args[0]).determinant()), nil
	}
	if c.args[0].Dims[0] > smallMatrix {
		return nil, c.errorf("log_determinant gives the logarithm of its size", "it cannot be used with parameters in matrices of more than %d rows yet", smallMatrix)
	}
	d, _ := c.smallInverse(0)
	return c.value(d, c.result, nil, nil)
}

// logDeterminant: log |det A|.
func logDeterminant(c *call) (*Value, error) {
	if err := c.square(0); err != nil {
		return nil, err
	}
	if c.known() {
		return newReal(newLU(c.args[0]).logDeterminant()), nil
	}
	if c.args[0].Dims[0] <= smallMatrix {
		d, _ := c.smallInverse(0)
		return c.value(expr.Log(expr.Abs(d)), c.result, nil, nil)
	}
	a := c.ev.array(c.args[0])
	l := expr.Cholesky(expr.MatMul(transposed(a), a)) // det AᵀA = (det A)²
	return c.value(expr.Sum(expr.Log(expr.Diagonal(l))), c.result, nil, nil)
}

func inverse(c *call) (*Value, error) {
	if err := c.square(0); err != nil {
		return nil, err
	}
	if c.known() {
		return newReals(c.result, c.args[0].Dims, newLU(c.args[0]).inverse()), nil
	}
	return c.value(c.symInverse(0), c.result, c.args[0].Dims, nil)
}

// smallMatrix is the number of rows up to which a matrix of parameters is inverted by Cramer's rule.
const smallMatrix = 3

// symInverse returns the inverse of argument i, a matrix of parameters.
func (c *call) symInverse(i int) expr.Expr {
	n := c.args[i].Dims[0]
	if n <= smallMatrix {
		_, inverse := c.smallInverse(i)
		return inverse
	}
	return normalInverse(c.ev.array(c.args[i]))
}

// normalInverse solves AᵀA·X = Aᵀ, and once more for what is left of I − A·X: a square matrix that need not be symmetric
// has no factor among the operations of expressions, AᵀA has. The second step takes back what squaring costs in accuracy
// as long as the condition of A is well below 10⁸.
func normalInverse(a expr.Expr) expr.Expr {
	n := a.Shape[0]
	at := transposed(a)
	l := expr.Cholesky(expr.MatMul(at, a))
	solved := func(b expr.Expr) expr.Expr { return expr.SolveLowerT(l, expr.SolveLower(l, b)) }
	x := solved(at)
	rest := expr.Sub(expr.Data("", a.Shape, identity(n)), expr.MatMul(a, x))
	return expr.Add(x, solved(expr.MatMul(at, rest)))
}

// smallInverse returns determinant and inverse of a matrix of at most 3 rows.
func (c *call) smallInverse(i int) (determinant, inverse expr.Expr) {
	n := c.args[i].Dims[0]
	x := c.ev.components(c.args[i])
	at := func(i, j int) expr.Expr { return x[i%n+j%n*n] }
	minor := func(a, b, c, d expr.Expr) expr.Expr { return expr.Sub(expr.Mul(a, d), expr.Mul(b, c)) }
	switch n {
	case 0:
		return expr.Const(1), zeros(0, 0)
	case 1:
		return x[0], expr.Reshape(expr.Inv(x[0]), tensor.Shape{1, 1})
	case 2:
		d := minor(at(0, 0), at(0, 1), at(1, 0), at(1, 1))
		adjugate := expr.Concat(at(1, 1), expr.Neg(at(1, 0)), expr.Neg(at(0, 1)), at(0, 0))
		return d, expr.Reshape(expr.Div(adjugate, d), tensor.Shape{2, 2})
	}
	var adjugate []expr.Expr
	for j := range 3 {
		for i := range 3 {
			// Element [i, j] of the adjugate is the cofactor of element [j, i]; indices modulo 3 give its sign.
			adjugate = append(adjugate, minor(at(j+1, i+1), at(j+1, i+2), at(j+2, i+1), at(j+2, i+2)))
		}
	}
	d := expr.Const(0)
	for j := range 3 {
		d = expr.Add(d, expr.Mul(at(0, j), adjugate[j]))
	}
	return d, expr.Reshape(expr.Div(expr.Concat(adjugate...), d), tensor.Shape{3, 3})
}

// leftDivide: A⁻¹·b.
func leftDivide(c *call) (*Value, error) {
	if err := c.fitting(0, 1, false); err != nil {
		return nil, err
	}
	inner := *c
	inner.args = []*Value{nil, c.args[1]}
	return c.divided(&inner, 0)
}

// rightDivide: b·A⁻¹.
func rightDivide(c *call) (*Value, error) {
	if err := c.fitting(1, 0, true); err != nil {
		return nil, err
	}
	inner := *c
	inner.args = []*Value{c.args[0], nil}
	return c.divided(&inner, 1)
}

// divided multiplies with the inverse of argument i in its place.
func (c *call) divided(inner *call, i int) (*Value, error) {
	if c.lanes() != nil {
		return c.outOfLanes()
	}
	a := c.args[i]
	if a.known() {
		inner.args[i] = newReals(a.Type, a.Dims, newLU(a).inverse())
		return matrixProduct(inner)
	}
	inner.args[i] = newSym(a.Type, a.Dims, c.symInverse(i))
	return matrixProduct(inner)
}

// lu is the factorisation P·A = L·U of a square matrix by elimination with partial pivoting.
type lu struct {
	n     int
	a     []float64 // L below the diagonal, U on and above it
	order []int     // row i of P·A is row order[i] of A
	sign  float64
}

func newLU(v *Value) *lu {
	n := v.Dims[0]
	f := &lu{n: n, a: append([]float64(nil), v.Reals...), order: make([]int, n), sign: 1}
	for i := range f.order {
		f.order[i] = i
	}
	for k := range n {
		f.pivot(k)
		if f.a[k+k*n] == 0 {
			continue // singular: the column has zeros below as well
		}
		for i := k + 1; i < n; i++ {
			f.a[i+k*n] /= f.a[k+k*n]
			for j := k + 1; j < n; j++ {
				f.a[i+j*n] = math.FMA(-f.a[i+k*n], f.a[k+j*n], f.a[i+j*n])
			}
		}
	}
	return f
}

// pivot exchanges row k with the row below that has the largest element in column k.
func (f *lu) pivot(k int) {
	best := k
	for i := k + 1; i < f.n; i++ {
		if math.Abs(f.a[i+k*f.n]) > math.Abs(f.a[best+k*f.n]) {
			best = i
		}
	}
	if best == k {
		return
	}
	f.sign = -f.sign
	f.order[k], f.order[best] = f.order[best], f.order[k]
	for j := range f.n {
		f.a[k+j*f.n], f.a[best+j*f.n] = f.a[best+j*f.n], f.a[k+j*f.n]
	}
}

func (f *lu) determinant() float64 {
	d := f.sign
	for i := range f.n {
		d *= f.a[i*(f.n+1)]
	}
	return d
}

func (f *lu) logDeterminant() float64 {
	d := 0.0
	for i := range f.n {
		d += elem.Log(math.Abs(f.a[i*(f.n+1)]))
	}
	return d
}

func (f *lu) inverse() []float64 {
	n := f.n
	out := make([]float64, n*n)
	for c := range n {
		x := out[c*n:][:n]
		for i := range n {
			x[i] = truth(f.order[i] == c)
			for k := range i {
				x[i] = math.FMA(-f.a[i+k*n], x[k], x[i])
			}
		}
		for i := n - 1; i >= 0; i-- {
			for k := i + 1; k < n; k++ {
				x[i] = math.FMA(-f.a[i+k*n], x[k], x[i])
			}
			x[i] /= f.a[i+i*n]
		}
	}
	return out
}
