package dist

import (
	"fmt"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

// categorical is a law of the numbers 1 … K: log P(x) = logs_x + common.
type categorical struct {
	family
	logs, common expr.Expr
	draw         func(src *rng.Stream, params []float64) int // from 0
}

// Categorical returns the distribution of a category 1 … K with the given
// probabilities, a vector of numbers ≥ 0 with sum 1:
//
//	log P(x) = log probs_x.
//
// Its parameters are the probabilities one by one.
func Categorical(probs any) Distribution {
	d := newCategorical("categorical", arg{"probs", probs, probability}, rng.Categorical, func(p expr.Expr) (logs, common expr.Expr) {
		return logOrEmpty(p), zeroIfSimplex(expr.Sum(expr.Abs(p)))
	})
	if values, ok := expr.Of(probs).DataValues(); ok {
		d.fail(isSimplex(d.name, "probs", values))
	}
	return d
}

// CategoricalLogit returns the distribution of a category 1 … K with
// probabilities proportional to e^logits:
//
//	log P(x) = logits_x − log Σ e^logits.
//
// Its parameters are the logits one by one.
func CategoricalLogit(logits any) Distribution {
	return newCategorical("categorical_logit", arg{"logits", logits, finite}, rng.CategoricalLogit, func(p expr.Expr) (logs, common expr.Expr) {
		return p, expr.Neg(expr.LogSumExp(p))
	})
}

func newCategorical(name string, a arg, draw func(src *rng.Stream, params []float64) int, logP func(p expr.Expr) (logs, common expr.Expr)) categorical {
	p := expr.Of(a.value)
	d := categorical{family: family{name: name}, draw: draw}
	d.fail(checkArg(name, a, p))
	if d.err == nil && (p.Shape.Dims() != 1 || p.Size() == 0) {
		d.fail(fmt.Errorf("%s: %s of shape %v; give a vector with one element for each category", name, a.name, p.Shape))
	}
	if d.err != nil {
		return d
	}
	d.logs, d.common = logP(p)
	for i := range p.Size() {
		d.params = append(d.params, expr.At(p, i))
	}
	return d
}

// Support implements Distribution.
func (d categorical) Support() Support {
	return Support{Kind: BoundedCounts, Lower: expr.Const(1), Upper: expr.Const(float64(len(d.params)))}
}

// LogDensity implements Distribution. Categories that are data are looked up;
// others are compared with each number.
func (d categorical) LogDensity(x expr.Expr) expr.Expr {
	if d.err != nil {
		return expr.Error(d.err)
	}
	if x.Err() != nil {
		return x
	}
	safe, outside := d.Support().confine(x)
	values, ok := x.DataValues()
	if !ok {
		e := expr.Const(0)
		for i := range d.params {
			e = expr.Where(expr.Equal(safe, i+1), expr.At(d.logs, i), e)
		}
		return plus(e, d.common, outside)
	}
	place := make([]int, len(values))
	for i, v := range values {
		// An invalid category has density 0 by the term outside.
		if v >= 1 && v <= float64(len(d.params)) {
			place[i] = int(v) - 1
		}
	}
	return plus(expr.Reshape(expr.Elements(d.logs, place), x.Shape), d.common, outside)
}

// Rand implements Rander.
func (d categorical) Rand(src *rng.Stream, params []float64) float64 {
	return float64(d.draw(src, params) + 1)
}
