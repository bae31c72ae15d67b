package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// Distribution is a probability law with its parameters. It is immutable.
type Distribution interface {
	// Name returns the family's name, Stan's where Stan has the family.
	Name() string
	// Params returns the parameters in the constructor's order.
	Params() []expr.Expr
	// Support returns where the density is not zero.
	Support() Support
	// LogDensity returns the normalised log density (log probability of a
	// count) at x: element by element, with scalars broadcast, for a univariate
	// law; one scalar for a multivariate one. It is −Inf outside the support and
	// NaN (now and then −Inf) where a parameter is invalid. It is a sum of
	// terms, so that expr.Sum can take out what does not vary and
	// expr.DropStatic what does not depend on parameters.
	LogDensity(x expr.Expr) expr.Expr
	// Err returns what is wrong with the arguments of the constructor: it names
	// the distribution and the argument. LogDensity carries the same error.
	Err() error
}

// Rander is a univariate distribution that can be drawn from. params are the
// values of Params for one element.
type Rander interface {
	Rand(src *rng.Stream, params []float64) float64
}

// VectorRander is a multivariate distribution that can be drawn from. params
// are the values of Params, each column-major; dst has the length of the vector.
type VectorRander interface {
	RandVector(dst []float64, src *rng.Stream, params [][]float64)
}

// Shaper is a distribution whose values need not have the common shape of its
// parameters.
type Shaper interface {
	// EventShape returns the shape of one value, nil if the parameters leave it
	// open.
	EventShape() tensor.Shape
}

// CDFer is a univariate distribution with a distribution function. Both
// functions work element by element and keep their relative accuracy in the tail
// where they are small.
type CDFer interface {
	// LogCDF returns log P(X ≤ x).
	LogCDF(x expr.Expr) expr.Expr
	// LogCCDF returns log P(X > x).
	LogCCDF(x expr.Expr) expr.Expr
}

// Quantiler is a univariate distribution whose distribution function can be
// evaluated and inverted for numbers. params are as in Rander.
type Quantiler interface {
	// CDF returns P(X ≤ x).
	CDF(x float64, params []float64) float64
	// Quantile returns the smallest x with P(X ≤ x) ≥ p, for 0 < p < 1.
	Quantile(p float64, params []float64) float64
}
