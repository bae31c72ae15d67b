package dist

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// Mixture returns the mixture of the components with the given weights, a
// vector of numbers ≥ 0 with sum 1:
//
//	f(x) = Σ_k weights_k f_k(x).
//
// Its parameters are the weights, one by one, then those of each component. The
// support is that of the components if they share it, else all numbers (all
// counts). Of univariate families the result has all that they have; of
// others, the density alone.
func Mixture(weights any, components ...Distribution) Distribution {
	return newMixture("mixture", weights, false, components)
}

// MixtureLog is Mixture with the logarithms of the weights.
func MixtureLog(logWeights any, components ...Distribution) Distribution {
	return newMixture("mixture_log", logWeights, true, components)
}

func newMixture(name string, weights any, logs bool, components []Distribution) Distribution {
	w := expr.Of(weights)
	own, err := splitWeights(name, w, logs, len(components))
	parts := make([]univariate, 0, len(components))
	var other error
	for _, c := range components {
		u, notUnivariate := univariatePart(name, c)
		if notUnivariate != nil && (c == nil || c.Err() != nil) && err == nil {
			err = notUnivariate
		}
		if notUnivariate != nil {
			other = notUnivariate
			continue
		}
		parts = append(parts, u)
	}
	if err == nil && other != nil && len(parts) > 0 {
		err = fmt.Errorf("%s: univariate families cannot be mixed with %s", name, other)
	}
	if err == nil && len(parts) > 0 {
		err = oneKind(name, parts)
	}
	if err != nil {
		return compose(name, normal{}, family{}, nil, err)
	}
	if other != nil {
		params := slices.Clone(own.params)
		for _, c := range components {
			params = append(params, c.Params()...)
		}
		return plainMixture{family{name: name, params: params}, own.params, logs, components}
	}
	return compose(name, mixture{parts, logs}, own, parts, nil)
}

// splitWeights checks the weights and returns them one by one.
func splitWeights(name string, w expr.Expr, logs bool, n int) (own family, err error) {
	if err := w.Err(); err != nil {
		return own, fmt.Errorf("%s: weights: %w", name, err)
	}
	if w.Shape.Dims() != 1 || w.Size() != n || n == 0 {
		return own, fmt.Errorf("%s: weights of shape %v for %d components; give one for each", name, w.Shape, n)
	}
	if values, ok := w.DataValues(); ok {
		if logs {
			values = slices.Clone(values)
			for i, v := range values {
				values[i] = elem.Exp(v)
			}
		}
		if err := isSimplex(name, "weights", values); err != nil {
			return own, err
		}
	}
	for i := range n {
		own.params = append(own.params, expr.At(w, i))
		own.rules = append(own.rules, finite)
	}
	return own, nil
}

func oneKind(name string, parts []univariate) error {
	for _, p := range parts[1:] {
		if p.s.Discrete() != parts[0].s.Discrete() {
			return fmt.Errorf("%s: %s and %s: counts cannot be mixed with continuous values", name, parts[0].name, p.name)
		}
	}
	return nil
}

// logWeighted returns log (weight·density) for each component and a term that
// is NaN if the weights do not sum to 1.
func logWeighted(weights []expr.Expr, logs bool, logDensity func(k int) expr.Expr) (terms []expr.Expr, valid expr.Expr) {
	size := expr.Const(0)
	for k, w := range weights {
		logW := w
		if logs {
			size = expr.Add(size, expr.Exp(w))
		} else {
			logW = logOrEmpty(w)
			size = expr.Add(size, expr.Abs(w))
		}
		terms = append(terms, expr.Add(logW, logDensity(k)))
	}
	return terms, zeroIfSimplex(size)
}

// mixture is a mixture of univariate families.
type mixture struct {
	parts []univariate
	logs  bool
}

// split returns the weights and the components for the parameters p.
func (d mixture) split(p []expr.Expr) (weights []expr.Expr, parts []univariate) {
	weights, p = p[:len(d.parts)], p[len(d.parts):]
	for _, u := range d.parts {
		parts = append(parts, u.with(p[:len(u.params)]))
		p = p[len(u.params):]
	}
	return weights, parts
}

func (d mixture) support(p []expr.Expr) Support {
	_, parts := d.split(p)
	first := parts[0].s
	for _, u := range parts[1:] {
		if !first.equal(u.s) {
			if first.Discrete() {
				return Support{Kind: Counts, Lower: expr.Const(math.Inf(-1))}
			}
			return Support{Kind: Real}
		}
	}
	return first
}

func (d mixture) combined(p []expr.Expr, of func(u univariate) expr.Expr) expr.Expr {
	weights, parts := d.split(p)
	terms, valid := logWeighted(weights, d.logs, func(k int) expr.Expr { return of(parts[k]) })
	return expr.Add(logSumExp(terms), valid)
}

func (d mixture) logDensity(x expr.Expr, p []expr.Expr) expr.Expr {
	shared := d.support(p)
	return d.combined(p, func(u univariate) expr.Expr {
		if shared.equal(u.s) {
			return u.f.logDensity(x, u.params) // x lies in its support
		}
		return u.LogDensity(x)
	})
}

func (d mixture) logCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return d.combined(p, func(u univariate) expr.Expr { return u.LogCDF(x) })
}

func (d mixture) logCCDF(x expr.Expr, p []expr.Expr) expr.Expr {
	return d.combined(p, func(u univariate) expr.Expr { return u.LogCCDF(x) })
}

func (d mixture) rand(src *rng.Stream, p []float64) float64 {
	n := len(d.parts)
	k := 0
	if d.logs {
		k = rng.CategoricalLogit(src, p[:n])
	} else {
		k = rng.Categorical(src, p[:n])
	}
	p = p[n:]
	for _, u := range d.parts[:k] {
		p = p[len(u.params):]
	}
	return d.parts[k].f.rand(src, p[:len(d.parts[k].params)])
}

// plainMixture is a mixture of distributions that have a density only, or are
// multivariate.
type plainMixture struct {
	family
	weights    []expr.Expr
	logs       bool
	components []Distribution
}

// Support implements Distribution: that of the first component.
func (d plainMixture) Support() Support { return d.components[0].Support() }

// EventShape implements Shaper.
func (d plainMixture) EventShape() tensor.Shape {
	if s, ok := d.components[0].(Shaper); ok {
		return s.EventShape()
	}
	return nil
}

// LogDensity implements Distribution.
func (d plainMixture) LogDensity(x expr.Expr) expr.Expr {
	terms, valid := logWeighted(d.weights, d.logs, func(k int) expr.Expr { return d.components[k].LogDensity(x) })
	return expr.Add(logSumExp(terms), valid)
}
