package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
	"github.com/quatre-ppl/quatre/tensor"
)

// kernel is a covariance as a function of the standard deviation σ and the distance over the length scale: of its square,
// or of itself where root is set.
type kernel struct {
	root bool
	of   func(sigma, d expr.Expr) expr.Expr
}

var kernels = map[string]kernel{
	// σ²·e^(−d²/2)
	"gp_exp_quad_cov": {of: func(sigma, d expr.Expr) expr.Expr {
		return expr.Mul(expr.Square(sigma), expr.Exp(expr.Mul(-0.5, d)))
	}},
	// σ²·e^(−d)
	"gp_exponential_cov": {root: true, of: func(sigma, d expr.Expr) expr.Expr {
		return expr.Mul(expr.Square(sigma), expr.Exp(expr.Neg(d)))
	}},
	// σ²·(1 + √3·d)·e^(−√3·d)
	"gp_matern32_cov": {root: true, of: func(sigma, d expr.Expr) expr.Expr {
		t := expr.Mul(math.Sqrt(3), d)
		return expr.Mul(expr.Square(sigma), expr.Mul(expr.Add(1, t), expr.Exp(expr.Neg(t))))
	}},
	// σ²·(1 + √5·d + 5/3·d²)·e^(−√5·d)
	"gp_matern52_cov": {root: true, of: func(sigma, d expr.Expr) expr.Expr {
		t := expr.Mul(math.Sqrt(5), d)
		return expr.Mul(expr.Square(sigma), expr.Mul(expr.Add(1, expr.Add(t, expr.Mul(1.0/3, expr.Square(t)))), expr.Exp(expr.Neg(t))))
	}},
}

// processFunctions are the covariance functions of Gaussian processes.
func processFunctions() map[string]entry {
	table := map[string]entry{
		"gp_periodic_cov": {eval: periodicCovariance},
		"gp_dot_prod_cov": {eval: linearCovariance},
	}
	for name, k := range kernels {
		table[name] = entry{eval: k.eval}
	}
	return table
}

// eval computes the covariance of the points of the first argument, and the second where that is an array, with σ and the
// length scale behind them. A length scale may be an array with one for each coordinate.
func (k kernel) eval(c *call) (*Value, error) {
	x, y, rest := c.points()
	sigma, length := rest[0], rest[1]
	if err := c.positives(rest); err != nil {
		return nil, err
	}
	rows, cols := x.Dims[0], y.Dims[0]
	if rows*cols == 0 {
		return newReals(c.result, []int{rows, cols}, nil), nil
	}
	squares, err := c.squaredSteps(x, y)
	if err != nil {
		return nil, err
	}
	d := expr.Const(0)
	if length.IsScalar() {
		for _, s := range squares {
			d = expr.Add(d, s)
		}
		d = c.distance(d, k.root)
		scale := c.read(length)
		if !k.root {
			scale = expr.Square(scale)
		}
		d = expr.Div(d, scale)
	} else {
		if length.Size() != len(squares) {
			return nil, c.errorf("", "%d length scales are given for points of %d coordinates", length.Size(), len(squares))
		}
		scales := c.read(length)
		for i, s := range squares {
			d = expr.Add(d, expr.Div(s, expr.Square(expr.At(scales, i))))
		}
		d = c.distance(d, k.root)
	}
	return c.value(k.of(c.read(sigma), d), c.result, []int{rows, cols}, nil)
}

// points returns the two sets of points, which are the same where only one is given, and the other arguments.
func (c *call) points() (x, y *Value, rest []*Value) {
	x, y, rest = c.args[0], c.args[0], c.args[1:]
	if c.args[1].Type.Equal(x.Type) {
		y, rest = c.args[1], c.args[2:]
	}
	return x, y, rest
}

// positives returns an error if a known parameter of a covariance is not positive.
func (c *call) positives(list []*Value) error {
	for _, v := range list {
		if v.IsSym() {
			continue
		}
		for _, p := range v.Floats() {
			if !(p > 0) {
				return c.errorf("", "a standard deviation, length scale or period is %v; it must be positive", p)
			}
		}
	}
	return nil
}

// read returns an argument as an expression: data that nobody else sees where the whole call is known.
func (c *call) read(v *Value) expr.Expr {
	if c.known() {
		return leaf(v)
	}
	return c.ev.flat(v)
}

// coordinates returns coordinate k of points i of x and j of y for all pairs, as matrices.
func (c *call) coordinates(x, y *Value, k, size int) (a, b expr.Expr) {
	rows, cols := x.Dims[0], y.Dims[0]
	first, second := make([]int, 0, rows*cols), make([]int, 0, rows*cols)
	for j := range cols {
		for i := range rows {
			first, second = append(first, i*size+k), append(second, j*size+k)
		}
	}
	shape := tensor.Shape{rows, cols}
	return expr.Reshape(expr.Elements(c.read(x), first), shape), expr.Reshape(expr.Elements(c.read(y), second), shape)
}

// coordinatesOf returns how many coordinates the points have.
func (c *call) coordinatesOf(x, y *Value) (int, error) {
	if len(x.Dims) == 1 {
		return 1, nil
	}
	if x.Dims[1] != y.Dims[1] {
		return 0, c.errorf("", "the points have different numbers of coordinates, %d and %d", x.Dims[1], y.Dims[1])
	}
	return x.Dims[1], nil
}

// squaredSteps returns for each coordinate the squared differences of all pairs of points.
func (c *call) squaredSteps(x, y *Value) ([]expr.Expr, error) {
	size, err := c.coordinatesOf(x, y)
	if err != nil {
		return nil, err
	}
	list := make([]expr.Expr, size)
	for k := range list {
		a, b := c.coordinates(x, y, k, size)
		list[k] = c.settled(expr.Square(expr.Sub(a, b)))
	}
	return list, nil
}

// settled computes an expression of data at once.
func (c *call) settled(x expr.Expr) expr.Expr {
	if x.Err() != nil || !x.Static() {
		return x
	}
	values, err := fold(x, nil)
	if err != nil {
		return expr.Error(err)
	}
	if c.known() || x.Shape.Dims() != 2 {
		return expr.Data("", x.Shape, values)
	}
	return c.ev.matrixOf(c.ev.nodes.of(values, false), x.Shape[0], x.Shape[1])
}

// distance takes the root where that is asked for. At 0 its derivative is taken as 0.
func (c *call) distance(squared expr.Expr, root bool) expr.Expr {
	squared = c.settled(squared)
	if !root {
		return squared
	}
	apart := expr.Less(0, squared)
	return c.settled(expr.Where(apart, expr.Sqrt(expr.Where(apart, squared, 1)), 0))
}

// periodicCovariance: σ²·e^(−2·sin²(π·d/p)/l²).
func periodicCovariance(c *call) (*Value, error) {
	x, y, rest := c.points()
	if err := c.positives(rest); err != nil {
		return nil, err
	}
	rows, cols := x.Dims[0], y.Dims[0]
	if rows*cols == 0 {
		return newReals(c.result, []int{rows, cols}, nil), nil
	}
	squares, err := c.squaredSteps(x, y)
	if err != nil {
		return nil, err
	}
	total := expr.Const(0)
	for _, s := range squares {
		total = expr.Add(total, s)
	}
	sigma, length, period := c.read(rest[0]), c.read(rest[1]), c.read(rest[2])
	wave := expr.Div(expr.Sin(expr.Div(expr.Mul(math.Pi, c.distance(total, true)), period)), length)
	k := expr.Mul(expr.Square(sigma), expr.Exp(expr.Mul(-2, expr.Square(wave))))
	return c.value(k, c.result, []int{rows, cols}, nil)
}

// linearCovariance: σ² + x·y.
func linearCovariance(c *call) (*Value, error) {
	x, y, rest := c.points()
	rows, cols := x.Dims[0], y.Dims[0]
	if rows*cols == 0 {
		return newReals(types.Type{Base: types.Matrix}, []int{rows, cols}, nil), nil
	}
	size, err := c.coordinatesOf(x, y)
	if err != nil {
		return nil, err
	}
	k := expr.Repeat(expr.Square(c.read(rest[0])), tensor.Shape{rows, cols})
	for i := range size {
		a, b := c.coordinates(x, y, i, size)
		k = expr.Add(k, c.settled(expr.Mul(a, b)))
	}
	return c.value(k, c.result, []int{rows, cols}, nil)
}
