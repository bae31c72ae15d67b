package quatre

import (
	"context"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
)

// moments are the exact mean and standard deviation of a posterior.
type moments struct {
	name     string
	mean, sd float64
}

// TestSample_ExactPosteriors compares draws with posteriors in closed form.
func TestSample_ExactPosteriors(t *testing.T) {
	identity := [][]float64{{1, 0}, {0, 1}}
	for _, c := range []struct {
		name  string
		write func(m *Builder)
		want  []moments
	}{
		{"beta, binomial", func(m *Builder) {
			p := m.Param("p", dist.Beta(2, 3))
			m.Observe("y", dist.Binomial([]int{10, 20}, p), []int{3, 12})
		}, []moments{{"p", 17.0 / 35, math.Sqrt(17 * 18 / (35.0 * 35 * 36))}}},
		{"gamma, Poisson", func(m *Builder) {
			m.Observe("y", dist.Poisson(m.Param("rate", dist.Gamma(3, 2))), []int{3, 0, 4, 2})
		}, []moments{{"rate", 2, math.Sqrt(12) / 6}}},
		{"Dirichlet, categories", func(m *Builder) {
			p := m.Param("p", dist.Dirichlet([]float64{1, 2, 3}))
			m.Observe("y", dist.Categorical(p), []int{1, 1, 2, 3, 3, 3, 3})
		}, []moments{{"p[1]", 3.0 / 13, math.Sqrt(3 * 10 / (169.0 * 14))}, {"p[3]", 7.0 / 13, math.Sqrt(7 * 6 / (169.0 * 14))}}},
		{"multivariate normal", func(m *Builder) {
			mu := m.Param("mu", dist.MvNormal([]float64{0, 0}, identity))
			y := m.Data("Y", [][]float64{{1, 2}, {3, 4}, {2, 0}})
			m.Observe("y", dist.MvNormal(mu, identity), expr.Transpose(y))
		}, []moments{{"mu[1]", 1.5, 0.5}, {"mu[2]", 1.5, 0.5}}},
		{"random walk", func(m *Builder) {
			m.Vector("x", 4, dist.GaussianRandomWalk(dist.Normal(0, 1), 0.5, 2))
		}, []moments{{"x[1]", 0, 1}, {"x[4]", 1.5, math.Sqrt(13)}}},
		{"right-censored times", func(m *Builder) {
			rate := m.Param("rate", dist.Gamma(1, 1))
			m.Observe("died", dist.Exponential(rate), []float64{1, 2, 0.5})
			m.Observe("left", dist.RightCensored(dist.Exponential(rate)), []float64{3, 3})
		}, []moments{{"rate", 4 / 10.5, 2 / 10.5}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := New(c.name)
			c.write(m)
			fit, err := Sample(context.Background(), m, Options{Seed: 11, Compile: CompileOptions{Backend: Interpreter}})
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range c.want {
				x, ok := fit.Draws.Value(w.name)
				if !ok {
					t.Fatal("no draws of", w.name)
				}
				check.Close(t, diag.Mean(x), w.mean, check.Z(4, diag.MCSEMean(x)), "mean of "+w.name)
				check.Close(t, diag.SD(x), w.sd, check.Z(4, diag.MCSESD(x)), "standard deviation of "+w.name)
			}
		})
	}
}
