package model

import (
	"errors"
	"fmt"
	"math"
	"slices"

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
	seen  map[expr.Expr]bool // nodes known to be of this model, see owned
	errs  []error
}

// New returns an empty model.
func New(name string) *Builder {
	return &Builder{m: &Model{Name: name}, names: make(map[string]bool), seen: make(map[expr.Expr]bool)}
}

// Param declares a parameter with its prior. Its shape is that of the
// distribution: a scalar unless a parameter of the distribution is an array,
// and a vector for a multivariate one.
func (b *Builder) Param(name string, d dist.Distribution) expr.Expr {
	if err := usable(d); err != nil {
		return b.fail(name, err)
	}
	return b.Array(name, shapeOf(d), d)
}

// Vector declares n parameters with a common form of prior, or one vector of n
// with a multivariate prior.
func (b *Builder) Vector(name string, n int, d dist.Distribution) expr.Expr {
	return b.Array(name, tensor.Shape{n}, d)
}

// Matrix declares rows × cols parameters with a common form of prior.
func (b *Builder) Matrix(name string, rows, cols int, d dist.Distribution) expr.Expr {
	return b.Array(name, tensor.Shape{rows, cols}, d)
}

// Array declares parameters of the given shape with a common form of prior.
func (b *Builder) Array(name string, shape tensor.Shape, d dist.Distribution) expr.Expr {
	if err := usable(d); err != nil {
		return b.fail(name, err)
	}
	if s := shapeOf(d); !d.Support().Multivariate() && len(s) > 0 && !s.Equal(shape) {
		return b.fail(name, fmt.Errorf("shape %v does not fit the parameters of %s, whose shape is %v", shape, d.Name(), s))
	}
	t, ok := d.Support().Transform()
	if !ok {
		return b.fail(name, fmt.Errorf("%s is discrete; sum it out, for example with dist.Mixture", d.Name()))
	}
	return b.Constrained(name, shape, t, d)
}

// Constrained declares parameters of the given shape that a transform keeps in
// their range, with a prior whose support may be wider: an ordered vector of
// normals, for example. The prior is not normalised over the range.
func (b *Builder) Constrained(name string, shape tensor.Shape, t transform.Transform, prior dist.Distribution) expr.Expr {
	if err := usable(prior); err != nil {
		return b.fail(name, err)
	}
	x := b.Free(name, shape, t)
	if x.Err() == nil {
		b.law(name, prior, x, shape.Size())
	}
	return x
}

// Free declares a parameter without a prior: flat on its own scale.
func (b *Builder) Free(name string, shape tensor.Shape, t transform.Transform) expr.Expr {
	if err := b.claim(name); err != nil {
		return b.fail(name, err)
	}
	for _, n := range shape {
		if n < 0 {
			return b.fail(name, fmt.Errorf("shape %v has a negative length", shape))
		}
	}
	if t == nil {
		return b.fail(name, errors.New("no transform given; transform.Identity() leaves a parameter free"))
	}
	size, err := t.Unconstrained(shape)
	if err != nil {
		return b.fail(name, err)
	}
	uShape := tensor.Shape{size}
	if len(shape) == 0 {
		uShape = nil
	}
	u := expr.Unconstrained(name, b.m.Dim, uShape)
	x, logJacobian := t.Constrain(u, shape)
	if err := x.Err(); err != nil {
		return b.fail(name, err)
	}
	b.m.Parameters = append(b.m.Parameters, Parameter{Name: name, Shape: shape, Transform: t, Offset: b.m.Dim, Size: size, Value: x})
	b.m.Dim += size
	b.m.Outputs = append(b.m.Outputs, Output{Name: name, Shape: shape, Value: x})
	b.term(Term{Site: name, LogDensity: logJacobian, Jacobian: true})
	return x
}

// law adds the log density of n elements x.
func (b *Builder) law(site string, d dist.Distribution, x expr.Expr, n int) {
	f := logDensity(d, x, n)
	b.term(Term{Site: site, LogDensity: f, Laws: []Law{{Dist: d, X: x, LogDensity: f}}})
}

func (b *Builder) term(t Term) {
	if err := b.owned(t.LogDensity); err != nil {
		b.fail(t.Site, err)
		return
	}
	if !t.LogDensity.IsScalar() {
		b.fail(t.Site, fmt.Errorf("a log density of shape %v; it must be a scalar, use expr.Sum", t.LogDensity.Shape))
		return
	}
	b.m.Terms = append(b.m.Terms, t)
}

// Observe adds the likelihood of data y: a number, a slice, rows or an
// expression. What is no expression becomes data under the site's name.
func (b *Builder) Observe(name string, d dist.Distribution, y any) {
	err := b.claim(name)
	if err == nil {
		err = usable(d)
	}
	if err != nil {
		b.fail(name, err)
		return
	}
	x := named(name, y)
	if err := checkObserved(d, x); err != nil {
		b.fail(name, err)
		return
	}
	n := x.Size()
	if x.IsScalar() {
		n = shapeOf(d).Size()
	}
	b.law(name, d, x, n)
}

// Data declares named data: a number, a slice of numbers, or the rows of a
// matrix. The values are copied. Others of the same shape can be bound to a
// compiled model under this name.
func (b *Builder) Data(name string, values any) expr.Expr {
	if err := b.claim(name); err != nil {
		return b.fail(name, err)
	}
	x := named(name, values)
	if err := x.Err(); err != nil {
		return b.fail(name, err)
	}
	return x
}

// named returns a Go value as data of that name, and an expression as it is.
func named(name string, v any) expr.Expr {
	if x, ok := v.(expr.Expr); ok {
		return expr.Of(x)
	}
	x := expr.Of(v)
	if values, ok := x.DataValues(); ok {
		return expr.Data(name, x.Shape, values)
	}
	return x
}

// Index declares a named vector of 0-based positions below max, to pick the
// elements of an array with Pick.
func (b *Builder) Index(name string, positions []int, max int) *expr.Index {
	if err := b.claim(name); err != nil {
		b.fail(name, err)
	}
	idx := &expr.Index{Name: name, Values: make([]int32, len(positions)), Max: max}
	for i, k := range positions {
		if k < 0 || k >= max || k > math.MaxInt32 {
			b.fail(name, fmt.Errorf("positions[%d] is %d, outside [0, %d); positions count from 0", i, k, max))
			break
		}
		idx.Values[i] = int32(k)
	}
	return idx
}

// Deterministic reports a quantity computed from parameters and data.
func (b *Builder) Deterministic(name string, value any) expr.Expr {
	x := expr.Of(value)
	err := b.claim(name)
	if err == nil {
		err = b.owned(x)
	}
	if err != nil {
		return b.fail(name, err)
	}
	b.m.Outputs = append(b.m.Outputs, Output{Name: name, Shape: x.Shape, Value: x})
	return x
}

// Predict reports draws from d, one for each draw of the parameters: replicated
// data, or predictions at new values of predictors. They have the shape of the
// parameters of d, and no part in the log density. Where a parameter of d is not
// in its range the prediction is NaN.
func (b *Builder) Predict(name string, d dist.Distribution) {
	if err := usable(d); err != nil {
		b.fail(name, err)
		return
	}
	b.predict(name, shapeOf(d), d)
}

// PredictVector is Predict for n values of a distribution whose parameters are
// single numbers, or for a vector of n of a multivariate one.
func (b *Builder) PredictVector(name string, n int, d dist.Distribution) {
	b.predict(name, tensor.Shape{n}, d)
}

func (b *Builder) predict(name string, shape tensor.Shape, d dist.Distribution) {
	err := b.claim(name)
	if err == nil {
		err = usable(d)
	}
	if err == nil {
		err = canDraw(d, shape)
	}
	for i := 0; err == nil && i < len(d.Params()); i++ {
		err = b.owned(d.Params()[i])
	}
	if err != nil {
		b.fail(name, err)
		return
	}
	b.m.Predictions = append(b.m.Predictions, Prediction{Name: name, Shape: shape, From: d})
}

// Potential adds a scalar term to the log density.
func (b *Builder) Potential(name string, logDensity any) {
	if err := b.claim(name); err != nil {
		b.fail(name, err)
		return
	}
	b.term(Term{Site: name, LogDensity: expr.Of(logDensity)})
}

// Build returns the model as it stands, or every mistake that was made. Sites
// may be added afterwards for another Build.
func (b *Builder) Build() (*Model, error) {
	if len(b.errs) > 0 {
		return nil, fmt.Errorf("model %s: %w", b.m.Name, errors.Join(b.errs...))
	}
	m := *b.m
	m.Parameters, m.Terms = slices.Clone(m.Parameters), slices.Clone(m.Terms)
	m.Outputs, m.Predictions = slices.Clone(m.Outputs), slices.Clone(m.Predictions)
	return &m, nil
}
