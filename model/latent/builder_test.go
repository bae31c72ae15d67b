package latent

import (
	"testing"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/tensor"
)

func built(t *testing.T, name string, write func(b *model.Builder)) *model.Model {
	t.Helper()
	b := model.New(name)
	write(b)
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var effects = []float64{1.2, -0.4, 0.3, 2.2, 0.1}

// TestFind_Exact compares densities over z with those over q and the Jacobian,
// for each form in which a latent may be written.
func TestFind_Exact(t *testing.T) {
	for _, c := range []struct {
		name    string
		latents int
		write   func(b *model.Builder)
	}{
		{"vector", 5, func(b *model.Builder) {
			mu, tau := b.Param("mu", dist.Normal(0, 5)), b.Param("tau", dist.HalfNormal(2))
			b.Observe("y", dist.Normal(b.Vector("theta", 5, dist.Normal(mu, tau)), 0.8), effects)
		}},
		{"scalar", 1, func(b *model.Builder) {
			tau := b.Param("tau", dist.HalfNormal(2))
			b.Observe("y", dist.Normal(b.Param("x", dist.Normal(0, tau)), 0.8), effects)
		}},
		{"location alone", 5, func(b *model.Builder) {
			mu := b.Param("mu", dist.Normal(0, 5))
			b.Observe("y", dist.Normal(b.Vector("theta", 5, dist.Normal(mu, 1.5)), 0.8), effects)
		}},
		{"two levels of scalars", 2, func(b *model.Builder) {
			tau := b.Param("tau", dist.HalfNormal(2))
			x := b.Param("x", dist.Normal(0, tau))
			b.Observe("y", dist.Normal(b.Param("w", dist.Normal(x, tau)), 0.8), effects)
		}},
		{"random walk", 5, func(b *model.Builder) {
			mu, tau := b.Param("mu", dist.Normal(0, 5)), b.Param("tau", dist.HalfNormal(2))
			s := b.Vector("s", 5, dist.GaussianRandomWalk(dist.StudentT(4, mu, 1), 0, tau))
			b.Observe("y", dist.Normal(s, 0.8), effects)
		}},
		{"random walk with drift from a fixed start", 4, func(b *model.Builder) {
			mu, tau := b.Param("mu", dist.Normal(0, 5)), b.Param("tau", dist.HalfNormal(2))
			s := b.Vector("s", 5, dist.GaussianRandomWalk(dist.Gumbel(0, 1), mu, tau))
			b.Observe("y", dist.Normal(s, 0.8), effects)
		}},
		{"random walk without a start", 4, func(b *model.Builder) {
			s := b.Vector("s", 5, dist.GaussianRandomWalk(nil, 0.5, b.Param("tau", dist.HalfNormal(2))))
			b.Observe("y", dist.Normal(s, 0.8), effects)
		}},
		{"not centred", 5, func(b *model.Builder) {
			mu, tau := b.Param("mu", dist.Normal(0, 5)), b.Param("tau", dist.HalfNormal(2))
			z := b.Vector("z", 5, dist.Normal(0, 1))
			b.Observe("y", dist.Normal(mu.Add(tau.Mul(z)), 0.8), effects)
		}},
		{"offset and multiplier", 5, func(b *model.Builder) {
			mu, tau := b.Param("mu", dist.Normal(0, 5)), b.Param("tau", dist.HalfNormal(2))
			theta := b.Constrained("theta", tensor.Shape{5}, transform.OffsetMultiplier(mu, tau), dist.Normal(mu, tau))
			b.Observe("y", dist.Normal(theta, 0.8), effects)
		}},
		{"rows of a matrix", 6, func(b *model.Builder) {
			tau := b.Param("tau", dist.HalfNormal(2))
			theta := b.Matrix("theta", 2, 3, dist.Logistic(0, tau))
			b.Observe("y", dist.Normal(expr.Row(theta, 1), 0.8), effects[:3])
		}},
		{"gather by data", 5, func(b *model.Builder) {
			mu, tau := b.Param("mu", dist.Normal(0, 5)), b.Param("tau", dist.HalfNormal(2))
			g := b.Index("g", []int{0, 0, 1, 1, 1}, 2)
			m := b.Vector("m", 2, dist.Normal(0, 5))
			theta := b.Vector("theta", 5, dist.Normal(m.Pick(g).Add(mu), tau))
			b.Observe("y", dist.Normal(theta, 0.8), effects)
		}},
		{"multivariate", 2, func(b *model.Builder) {
			tau := b.Param("tau", dist.HalfNormal(2))
			x := b.Param("x", dist.MvNormal([]float64{1, 2}, expr.Reshape(expr.Concat(tau, expr.Const(0.1), expr.Const(0.1), tau.Add(1)), tensor.Shape{2, 2})))
			b.Observe("y", dist.Normal(x, 0.8), effects[:2])
		}},
	} {
		t.Run(c.name, func(t *testing.T) { exact(t, built(t, c.name, c.write), c.latents) })
	}
}
