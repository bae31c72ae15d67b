// Package quatre samples from Bayesian models. A model is written in Go with a
// Builder or read from a Stan program; Compile turns it into native code, and
// Sample draws from its posterior.
//
//	m := quatre.New("eight schools")
//	mu := m.Param("mu", dist.Normal(0, 5))
//	tau := m.Param("tau", dist.HalfNormal(5))
//	theta := m.Vector("theta", 8, dist.Normal(mu, tau))
//	m.Observe("y", dist.Normal(theta, sigma), y)
//	fit, err := quatre.Sample(ctx, m, quatre.Options{Seed: 1})
//	fit.WriteSummary(os.Stdout)
//
// Elements of arrays count from 0 in Go code (Index, Pick, At) and from 1 in the
// names of draws ("theta[1]") and the values of dist.Categorical, as in Stan.
//
// This package is the composition root: the only library code that names
// concrete backends.
package quatre

import (
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
)

// Version is the version of this module.
const Version = "0.1.0"

// Builder collects the sites of a model.
type Builder = model.Builder

// Model is a finished model.
type Model = model.Model

// Expr is a symbolic array: a parameter, data, or what is computed from them.
type Expr = expr.Expr

// New returns an empty model.
func New(name string) *Builder { return model.New(name) }
