package dist

import (
	"errors"

	"github.com/quatre-ppl/quatre/model/expr"
)

type custom struct {
	family
	logDensity func(x expr.Expr) expr.Expr
	support    Support
}

// Custom returns a distribution given by its log density, which is not checked
// to be normalised. logDensity is called with values inside the support only,
// as elements or as one vector; outside, the density is 0. params are what
// Params reports.
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
