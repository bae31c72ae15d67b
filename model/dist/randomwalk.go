package dist

import (
	"fmt"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

type gaussianRandomWalk struct {
	family
	init  Distribution
	args  int // parameters of init
	drift expr.Expr
	sigma expr.Expr
}

// GaussianRandomWalk returns the distribution of a vector whose steps are
// normal:
//
//	x₁ ~ init,  x_t ~ Normal(x_{t−1} + drift, sigma),  sigma > 0.
//
// With a nil init the first element has no density of its own, which is not
// normalised, and draws start from 0. drift and sigma are numbers, or vectors
// with one element for each step. The parameters are those of init, then drift
// and sigma.
func GaussianRandomWalk(init Distribution, drift, sigma any) Distribution {
	const name = "gaussian_random_walk"
	args := []arg{{"drift", drift, finite}, {"sigma", sigma, positive}}
	d := gaussianRandomWalk{family: newFamily(name, args...), init: init}
	d.fail(d.alike(args))
	d.drift, d.sigma = d.params[0], d.params[1]
	if init != nil {
		if err := init.Err(); err != nil {
			d.fail(fmt.Errorf("%s: init: %w", name, err))
		}
		d.args = len(init.Params())
		d.params = append(append([]expr.Expr{}, init.Params()...), d.params...)
	}
	return d
}

// Support implements Distribution.
func (d gaussianRandomWalk) Support() Support { return Support{Kind: Vector} }

// EventShape implements Shaper: one element more than there are steps, where
// drift or sigma tells their number.
func (d gaussianRandomWalk) EventShape() tensor.Shape {
	for _, p := range []expr.Expr{d.drift, d.sigma} {
		if !p.IsScalar() {
			return tensor.Shape{p.Size() + 1}
		}
	}
	return nil
}

// LogDensity implements Distribution.
func (d gaussianRandomWalk) LogDensity(x expr.Expr) expr.Expr {
	if d.err != nil {
		return expr.Error(d.err)
	}
	if x.Err() != nil {
		return x
	}
	if x.Shape.Dims() != 1 || x.Size() == 0 {
		return expr.Error(fmt.Errorf("%s: a value of shape %v; give a vector", d.name, x.Shape))
	}
	n := x.Size()
	total := expr.Const(0)
	if d.init != nil {
		total = d.init.LogDensity(expr.At(x, 0))
	}
	if n == 1 {
		return total
	}
	steps := expr.Sub(expr.Part(x, 1, n-1), expr.Part(x, 0, n-1))
	for _, p := range []expr.Expr{d.drift, d.sigma} {
		if !p.IsScalar() && !p.Shape.Equal(steps.Shape) {
			return expr.Error(fmt.Errorf("%s: drift or sigma of shape %v for %d steps", d.name, p.Shape, n-1))
		}
	}
	return expr.Add(total, expr.SumOver(normal{}.logDensity(steps, []expr.Expr{d.drift, d.sigma}), n-1))
}

// RandVector implements VectorRander. init must be a Rander.
func (d gaussianRandomWalk) RandVector(dst []float64, src *rng.Stream, params [][]float64) {
	if len(dst) == 0 {
		return
	}
	dst[0] = 0
	if d.init != nil {
		own := make([]float64, d.args)
		for i := range own {
			own[i] = params[i][0]
		}
		dst[0] = d.init.(Rander).Rand(src, own)
	}
	drift, sigma := params[d.args], params[d.args+1]
	for t := 1; t < len(dst); t++ {
		dst[t] = dst[t-1] + rng.Normal(src, drift[(t-1)%len(drift)], sigma[(t-1)%len(sigma)])
	}
}

// AsRandomWalk returns the first element's distribution, nil for none, and the
// drift and scale of the steps of a Gaussian random walk; ok is false where d is
// none.
func AsRandomWalk(d Distribution) (init Distribution, drift, sigma expr.Expr, ok bool) {
	w, ok := d.(gaussianRandomWalk)
	if !ok || w.err != nil {
		return nil, nil, nil, false
	}
	return w.init, w.drift, w.sigma, true
}
