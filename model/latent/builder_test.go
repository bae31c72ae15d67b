package latent

import (
	"testing"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/dist"
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
	} {
		t.Run(c.name, func(t *testing.T) { exact(t, built(t, c.name, c.write), c.latents) })
	}
}
