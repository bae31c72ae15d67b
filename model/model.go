// Package model holds what a Bayesian model is made of: parameters with their
// supports, data, terms of the log density, and the quantities to report. It
// is built by the Builder, which reads like the model on paper, or by the Stan
// front end.
package model

import (
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// Parameter is an unknown of the model.
type Parameter struct {
	Name      string
	Shape     tensor.Shape // of the value on its own scale
	Transform transform.Transform
	Offset    int       // of its part in the unconstrained vector q
	Size      int       // length of that part
	Value     expr.Expr // the constrained value as a function of q
}

// Term is an additive part of the log density: a prior, a likelihood, or the
// log Jacobian of a transform.
type Term struct {
	Site       string    // the name to blame when the term is not finite
	LogDensity expr.Expr // scalar

	// Laws are the distributions whose log densities add up to LogDensity, nil
	// where it is of another form.
	Laws []Law
	// Jacobian tells that the term is the log Jacobian of the transform of the
	// parameter called Site.
	Jacobian bool
}

// Law is a distribution that holds for something: a prior or a likelihood.
type Law struct {
	Dist       dist.Distribution
	X          expr.Expr // each element follows Dist, or all of it where that is multivariate
	LogDensity expr.Expr // scalar, what the law adds to the log density
	// Unnormalised tells that LogDensity leaves out what does not depend on
	// parameters.
	Unnormalised bool
}

// Output is a reported quantity: a parameter on its own scale or a quantity
// computed from parameters and data.
type Output struct {
	Name  string
	Shape tensor.Shape
	Value expr.Expr
}

// Prediction is a reported quantity that is drawn from a distribution, which
// implements dist.Rander or dist.VectorRander, for each draw of the parameters.
type Prediction struct {
	Name  string
	Shape tensor.Shape
	From  dist.Distribution
}

// Field names a generated quantity.
type Field struct {
	Name  string
	Shape tensor.Shape
}

// Generator computes quantities from one draw by other means than an
// expression: simulated data, say. One goroutine at a time may use it.
type Generator interface {
	// Generate writes the generated fields to dst, given the values of the
	// model's Outputs and those of what was Prepared for it.
	Generate(dst, outputs, prepared []float64, src *rng.Stream) error
}

// Generated describes the quantities of a Generator.
type Generated struct {
	Fields []Field
	New    func() (Generator, error) // one for each chain
	// Prepared are expressions whose elements, one after the other, a Generator
	// is given besides the outputs: what compiled code can compute for it.
	Prepared []expr.Expr
}

// Model is a finished model. It is immutable and safe for concurrent use.
type Model struct {
	Name        string
	Dim         int // length of q
	Parameters  []Parameter
	Terms       []Term
	Outputs     []Output
	Predictions []Prediction
	Generated   *Generated // nil if there is none
}

// LogDensity returns the log density over q, Jacobians included.
func (m *Model) LogDensity() expr.Expr {
	total := expr.Const(0)
	for _, t := range m.Terms {
		total = expr.Add(total, t.LogDensity)
	}
	return total
}
