package dist

import (
	"errors"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

type custom struct {
	family
	logDensity func(x expr.Expr) expr.Expr
	support    Support
}

// Custom returns a distribution given by its log density, which is not checked
// to be normalised. logDensity is called with values inside the support only;
// outside, the density is 0. It returns the log densities of the elements, or of
// the whole vector as one number if the support is one of vectors (kind Vector,
// Simplex or Ordered). It may use any expression of the model; params are what
// Params reports, and say nothing about the shape of the values.
func Custom(name string, params []expr.Expr, logDensity func(x expr.Expr) expr.Expr, support Support) Distribution {
	d := custom{family{name: name, params: params}, logDensity, support}
	if logDensity == nil {
		d.fail(errors.New(name + ": no log density given"))
	}
	for _, p := range params {
		d.fail(p.Err())
	}
	return d
}

// EventShape implements Shaper.
func (d custom) EventShape() tensor.Shape { return nil }

// Support implements Distribution.
func (d custom) Support() Support { return d.support }

// LogDensity implements Distribution.
func (d custom) LogDensity(x expr.Expr) expr.Expr {
	if d.err != nil {
		return expr.Error(d.err)
	}
	if x.Err() != nil {
		return x
	}
	safe, outside := d.support.confine(x)
	return expr.Add(d.logDensity(safe), outside)
}
