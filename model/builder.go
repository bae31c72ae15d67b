package model

import (
	"errors"
	"fmt"

	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/tensor"
)

// Builder collects the sites of a model in the order in which they are written.
// A mistake is kept, with the name of its site, until Build reports all of
// them together.
type Builder struct {
	m     *Model
	names map[string]bool
	errs  []error
}

// New returns an empty model.
func New(name string) *Builder {
	return &Builder{m: &Model{Name: name}, names: make(map[string]bool)}
}

func (b *Builder) fail(site string, err error) {
	b.errs = append(b.errs, fmt.Errorf("site %q: %w", site, err))
}

// claim registers a site's name and reports whether it is new.
func (b *Builder) claim(site string) bool {
	switch {
	case site == "":
		b.errs = append(b.errs, errors.New("a site has no name"))
		return false
	case b.names[site]:
		b.fail(site, errors.New("the name is used twice"))
		return false
	}
	b.names[site] = true
	return true
}

// Param declares a parameter with its prior. Its shape is that of the
// distribution: a scalar unless a parameter of the distribution is an array.
func (b *Builder) Param(name string, d dist.Distribution) expr.Expr {
	if err := d.Err(); err != nil {
		b.fail(name, err)
		return expr.Error(err)
	}
	return b.param(name, d, shapeOf(d))
}

// Vector declares n parameters with a common form of prior.
func (b *Builder) Vector(name string, n int, d dist.Distribution) expr.Expr {
	return b.Array(name, tensor.Shape{n}, d)
}

// Matrix declares rows × cols parameters with a common form of prior.
func (b *Builder) Matrix(name string, rows, cols int, d dist.Distribution) expr.Expr {
	return b.Array(name, tensor.Shape{rows, cols}, d)
}

// Array declares parameters of the given shape with a common form of prior.
func (b *Builder) Array(name string, shape tensor.Shape, d dist.Distribution) expr.Expr {
	err := d.Err()
	if err == nil {
		if s := shapeOf(d); len(s) > 0 && !s.Equal(shape) {
			err = fmt.Errorf("shape %v does not fit the parameters of %s, whose shape is %v", shape, d.Name(), s)
		}
	}
	if err != nil {
		b.fail(name, err)
		return expr.Error(err)
	}
	return b.param(name, d, shape)
}

// shapeOf returns the common shape of a distribution's parameters, or of one
// draw when the distribution is multivariate.
func shapeOf(d dist.Distribution) tensor.Shape {
	if v, ok := d.(interface{ EventShape() tensor.Shape }); ok {
		return v.EventShape()
	}
	var shape tensor.Shape
	for _, p := range d.Params() {
		if p.Shape.Dims() > 0 {
			shape = p.Shape
		}
	}
	return shape
}

func (b *Builder) param(name string, d dist.Distribution, shape tensor.Shape) expr.Expr {
	t, ok := d.Support().Transform()
	if !ok {
		err := fmt.Errorf("%s is discrete; sum it out, for example with dist.Mixture", d.Name())
		b.fail(name, err)
		return expr.Error(err)
	}
	x := b.free(name, t, shape)
	if x.Err() == nil {
		b.term(name, expr.SumOver(d.LogDensity(x), shape.Size()))
	}
	return x
}

// Free declares a parameter without a prior: flat on its own scale.
func (b *Builder) Free(name string, shape tensor.Shape, t transform.Transform) expr.Expr {
	return b.free(name, t, shape)
}

func (b *Builder) free(name string, t transform.Transform, shape tensor.Shape) expr.Expr {
	if !b.claim(name) {
		return expr.Error(fmt.Errorf("site %q is declared twice", name))
	}
	size, err := t.Unconstrained(shape)
	if err != nil {
		b.fail(name, err)
		return expr.Error(err)
	}
	uShape := tensor.Shape{size}
	if len(shape) == 0 {
		uShape = nil
	}
	u := expr.Unconstrained(name, b.m.Dim, uShape)
	x, logJacobian := t.Constrain(u, shape)
	if err := x.Err(); err != nil {
		b.fail(name, err)
		return x
	}
	b.m.Parameters = append(b.m.Parameters, Parameter{Name: name, Shape: shape, Transform: t, Offset: b.m.Dim, Size: size, Value: x})
	b.m.Dim += size
	b.m.Outputs = append(b.m.Outputs, Output{Name: name, Shape: shape, Value: x})
	b.term(name, logJacobian)
	return x
}

func (b *Builder) term(site string, logDensity expr.Expr) {
	switch {
	case logDensity.Err() != nil:
		b.fail(site, logDensity.Err())
	case !logDensity.IsScalar():
		b.fail(site, fmt.Errorf("a log density of shape %v; it must be a scalar, use expr.Sum", logDensity.Shape))
	default:
		b.m.Terms = append(b.m.Terms, Term{Site: site, LogDensity: logDensity})
	}
}

// Observe adds the likelihood of data y: a number, a slice or an expression.
// Slices become data under the site's name.
func (b *Builder) Observe(name string, d dist.Distribution, y any) {
	if !b.claim(name) {
		return
	}
	if err := d.Err(); err != nil {
		b.fail(name, err)
		return
	}
	x := named(name, y)
	if x.Err() != nil {
		b.fail(name, x.Err())
		return
	}
	n := x.Size()
	if s := shapeOf(d); x.IsScalar() {
		n = s.Size()
	}
	if err := fits(d, x); err != nil {
		b.fail(name, err)
		return
	}
	if err := dist.CheckData(d, x); err != nil {
		b.fail(name, err)
		return
	}
	b.term(name, expr.SumOver(d.LogDensity(x), n))
}

func fits(d dist.Distribution, y expr.Expr) error {
	if s := shapeOf(d); len(s) > 0 && !y.IsScalar() && !s.Equal(y.Shape) {
		return fmt.Errorf("data of shape %v do not fit the parameters of %s, whose shape is %v", y.Shape, d.Name(), s)
	}
	return nil
}

// Data declares named data: float64, int, []float64, []int or [][]float64. New
// values of the same shape can be bound to a compiled model under this name.
func (b *Builder) Data(name string, values any) expr.Expr {
	if !b.claim(name) {
		return expr.Error(fmt.Errorf("site %q is declared twice", name))
	}
	x := named(name, values)
	if x.Err() != nil {
		b.fail(name, x.Err())
	}
	return x
}

func named(name string, v any) expr.Expr {
	switch v := v.(type) {
	case float64:
		return expr.Data(name, nil, []float64{v})
	case int:
		return expr.Data(name, nil, []float64{float64(v)})
	case [][]float64:
		return expr.Rows(name, v)
	}
	x := expr.Of(v)
	if values, ok := x.DataValues(); ok && x.Kind == expr.Datum && x.Name == "" {
		return expr.Data(name, x.Shape, values)
	}
	return x
}

// Index declares a named vector of 0-based positions below max, to pick the
// elements of an array with Builder or expr.Pick.
func (b *Builder) Index(name string, positions []int, max int) *expr.Index {
	b.claim(name)
	idx := &expr.Index{Name: name, Values: make([]int32, len(positions)), Max: max}
	for i, k := range positions {
		if k < 0 || k >= max {
			b.fail(name, fmt.Errorf("element %d is %d, outside [0, %d)", i, k, max))
			break
		}
		idx.Values[i] = int32(k)
	}
	return idx
}

// Deterministic reports a quantity computed from parameters and data.
func (b *Builder) Deterministic(name string, value any) expr.Expr {
	x := expr.Of(value)
	if !b.claim(name) {
		return x
	}
	if x.Err() != nil {
		b.fail(name, x.Err())
		return x
	}
	b.m.Outputs = append(b.m.Outputs, Output{Name: name, Shape: x.Shape, Value: x})
	return x
}

// Potential adds a scalar term to the log density.
func (b *Builder) Potential(name string, logDensity any) {
	if b.claim(name) {
		b.term(name, expr.Of(logDensity))
	}
}

// Build returns the finished model, or every mistake that was made.
func (b *Builder) Build() (*Model, error) {
	if len(b.errs) > 0 {
		return nil, fmt.Errorf("model %s: %w", b.m.Name, errors.Join(b.errs...))
	}
	return b.m, nil
}
