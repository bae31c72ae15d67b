// Package transform holds the smooth one-to-one maps between the unconstrained
// numbers u in which samplers move and the constrained values x of a model's
// parameters, each with the logarithm of the Jacobian determinant that a
// density over u needs. The maps and their order of coordinates are those of
// the Stan reference manual, chapter "Constraint transforms" (version 2.37).
package transform

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// Transform maps between unconstrained and constrained values. It is
// immutable. A mistake (bounds that cross, a shape that does not fit) is an
// error of Unconstrained, and is carried by the expressions of Constrain.
type Transform interface {
	// Name returns the transform's name, as in "lower".
	Name() string
	// Unconstrained returns how many unconstrained numbers an array of that
	// shape takes.
	Unconstrained(shape tensor.Shape) (size int, err error)
	// Constrain returns the array x of the given shape that belongs to u, and
	// the scalar log |det dx/du|. u is a scalar for a scalar shape, else a
	// vector of Unconstrained(shape) elements in column-major order.
	Constrain(u expr.Expr, shape tensor.Shape) (x, logJacobian expr.Expr)
	// Unconstrain returns the u that belongs to x: the inverse of Constrain.
	// Outside the transform's range the result is NaN or infinite.
	Unconstrain(x expr.Expr) expr.Expr
}

// failed is what Constrain returns for a mistake.
func failed(err error) (x, logJacobian expr.Expr) { return expr.Error(err), expr.Error(err) }

// vectorSize returns the length of a shape that must be a vector of at least
// least elements.
func vectorSize(name string, shape tensor.Shape, least int) (int, error) {
	if shape.Dims() != 1 {
		return 0, fmt.Errorf("transform %s: shape %v; it works on one vector at a time", name, shape)
	}
	if shape[0] < least {
		return 0, fmt.Errorf("transform %s: a vector of %d elements; it needs at least %d", name, shape[0], least)
	}
	return shape[0], nil
}

// flat returns the elements of x as Constrain takes them: a scalar stays one.
func flat(x expr.Expr) expr.Expr {
	if x.Err() != nil || x.IsScalar() {
		return x
	}
	return expr.Reshape(x, tensor.Shape{x.Size()})
}

// known returns the values of a bound or scale that are known when the model
// is built.
func known(e expr.Expr) []float64 {
	values, _ := e.DataValues()
	return values
}

// eachFits returns an error unless e is a scalar or has the given shape.
func eachFits(name, what string, e expr.Expr, shape tensor.Shape) error {
	if err := e.Err(); err != nil {
		return fmt.Errorf("transform %s: %s: %w", name, what, err)
	}
	if !e.IsScalar() && !e.Shape.Equal(shape) {
		return fmt.Errorf("transform %s: %s of shape %v for a parameter of shape %v; give one number or an array of that shape", name, what, e.Shape, shape)
	}
	return nil
}

var infinity = math.Inf(1)
