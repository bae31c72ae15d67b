package model

import (
	"errors"
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// usable returns what is wrong with a distribution.
func usable(d dist.Distribution) error {
	if d == nil {
		return errors.New("no distribution given")
	}
	return d.Err()
}

// shapeOf returns the shape of a value as far as the distribution tells: the
// common shape of its parameters, or its own.
func shapeOf(d dist.Distribution) tensor.Shape {
	if s, ok := d.(dist.Shaper); ok {
		return s.EventShape()
	}
	for _, p := range d.Params() {
		if !p.IsScalar() {
			return p.Shape
		}
	}
	return nil
}

// logDensity returns the log density of all of x as a scalar: what a multivariate
// law says of it, or the sum over the n elements.
func logDensity(d dist.Distribution, x expr.Expr, n int) expr.Expr {
	f := d.LogDensity(x)
	if f.Err() != nil || d.Support().Multivariate() {
		return f
	}
	if f.IsScalar() && !x.IsScalar() && reaches(f, x, make(map[expr.Expr]bool)) {
		return expr.Error(fmt.Errorf("%s: the log density of an array is one number; return that of each element, or give the distribution a support of vectors", d.Name()))
	}
	return expr.SumOver(f, n)
}

// reaches reports whether x is part of f.
func reaches(f, x expr.Expr, seen map[expr.Expr]bool) bool {
	if f == x {
		return true
	}
	if seen[f] {
		return false
	}
	seen[f] = true
	for _, a := range f.In {
		if reaches(a, x, seen) {
			return true
		}
	}
	return false
}

// checkObserved returns an error if no point of the model can account for the
// data.
func checkObserved(d dist.Distribution, y expr.Expr) error {
	if err := y.Err(); err != nil {
		return err
	}
	s := shapeOf(d)
	if !d.Support().Multivariate() && len(s) > 0 && !y.IsScalar() && !s.Equal(y.Shape) {
		return fmt.Errorf("data of shape %v do not fit the parameters of %s, whose shape is %v", y.Shape, d.Name(), s)
	}
	values, _ := y.DataValues()
	for i, v := range values {
		if math.IsNaN(v) {
			return fmt.Errorf("observation %d is NaN; leave out what is missing, or make it a parameter", i+1)
		}
	}
	return dist.CheckData(d, y)
}

// canDraw returns an error unless values of the given shape can be drawn from d.
func canDraw(d dist.Distribution, shape tensor.Shape) error {
	for _, n := range shape {
		if n < 0 {
			return fmt.Errorf("shape %v has a negative length", shape)
		}
	}
	_, single := d.(dist.Rander)
	_, vector := d.(dist.VectorRander)
	s := shapeOf(d)
	switch {
	case !single && !vector:
		return fmt.Errorf("%s has no random draws", d.Name())
	case vector && len(shape) != 1:
		return fmt.Errorf("%s draws vectors, not values of shape %v; use PredictVector", d.Name(), shape)
	case len(s) > 0 && !s.Equal(shape):
		return fmt.Errorf("shape %v does not fit the parameters of %s, whose shape is %v", shape, d.Name(), s)
	}
	return nil
}
