package latent

import (
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

const noise = " real<lower=0> sd; "

// informedCases are programs with latents that data are linear in; all other
// parameters are level 0.
var informedCases = []struct {
	name, parameters, body string
	latents, given         int // mapped, and of these those given data
}{
	{"one scale", "vector[J] theta;", "theta ~ normal(mu, tau); y ~ normal(theta[g], sd);", 6, 6},
	{"a row each", "vector[N] x; real b;", "x ~ normal(mu, tau); b ~ normal(0, 1); y ~ normal(mu + b * x, sd); target += -square(x[1] * x[2]);", 9, 9},
	{"measured twice", "vector[J] x; real b;", "x ~ normal(mu, tau); b ~ normal(0, 1); e ~ normal(x, 0.5); y ~ normal(b * (x[g] - 0.3), sd);", 6, 6},
	{"a covariate", "vector[J] theta; real b;", "theta ~ normal(mu, tau); b ~ normal(0, 1); y ~ normal(theta[g] + b * e[g], sd);", 6, 6},
	{"slopes", "vector[J] theta;", "theta ~ normal(mu, tau); y ~ normal(mu - theta[g] .* e[g] / 2, sd);", 6, 6},
	{"without rows", "vector[J] theta;", "theta ~ normal(mu, tau); y[1:4] ~ normal(theta[g[1:4]], sd);", 6, 6},
	{"scales of groups", "vector[J] theta; vector[J] s;", "s ~ normal(0, 1); theta ~ normal(mu, tau); y ~ normal(theta[g], exp(s[g]));", 6, 6},
	{"scales of rows", "vector[J] theta; vector[N] s;", "s ~ normal(0, 1); theta ~ normal(mu, tau); y ~ normal(theta[g] + s, exp(s));", 6, 6},
	{"crossed", "vector[J] a; vector[J] b;", "a ~ normal(mu, tau); b ~ normal(0, tau); y ~ normal(a[g] + b[{1, 2, 3, 4, 5, 6, 1, 2, 3}], sd);", 12, 6},
	{"intercepts and slopes", "vector[J] a; vector[J] b;", "a ~ normal(mu, tau); b ~ normal(0, tau); y ~ normal(a[g] + b[g] .* y / 7, sd);", 12, 6},
	{"in a loop", "vector[J] theta;", "theta ~ normal(mu, tau); for (n in 1:N) y[n] ~ normal(theta[g[n]], sd);", 6, 6},
	{"written out", "vector[3] theta; vector<lower=0>[3] s;",
		"theta ~ normal(mu, tau); s ~ normal(0, 1); for (j in 1:3) y[(3 * j - 2):(3 * j)] ~ normal(theta[j], s[j]); y[1] ~ normal(tau * theta[2], 1);", 3, 3},
	{"a scalar", "real x;", "x ~ normal(mu, tau); y ~ normal(x * e[g] * tau, sd);", 1, 1},
	{"not centred", "vector[J] z;", "z ~ std_normal(); y ~ normal(mu + tau * z[g], sd);", 6, 6},
	{"not centred, by a vector", "vector[J] z;", "vector[J] theta = mu + tau * z; z ~ std_normal(); y ~ normal(theta[g] .* e[g], sd);", 6, 6},
	{"offset and multiplier", "vector<offset=mu, multiplier=tau>[J] theta; vector[J] b;",
		"theta ~ normal(mu, tau); b ~ normal(0, tau); y ~ normal(theta[g] + b[g] .* y / 7, sd);", 12, 6},
	{"nested", "vector[2] m; vector[J] theta;", "m ~ normal(mu, 1); theta ~ normal(m[{1, 1, 1, 2, 2, 2}], tau); y ~ normal(theta[g], sd);", 8, 6},
}

// TestFind_GivenData compares densities, and checks that the latents' coordinates
// are standard normal and depend on nothing else where data are all that is known
// of them besides a normal prior.
func TestFind_GivenData(t *testing.T) {
	for _, c := range informedCases {
		t.Run(c.name, func(t *testing.T) {
			m := program(t, c.name, hyper+noise+c.parameters, hyperPriors+"sd ~ normal(0, 1); "+c.body)
			exact(t, m, c.latents)
			f := compile(t, m)
			given := 0
			for _, e := range f.found.Report {
				if len(e.Given) > 0 {
					given += e.Elements
				}
			}
			if given != c.given {
				t.Fatalf("%d latents given data, want %d: %v", given, c.given, f.found.Report)
			}
			if strings.Contains(c.body, "target") {
				return // a law that the map does not know
			}
			f.conditional(t)
		})
	}
}

// conditional checks that the log density falls by z²/2 along the coordinates of
// latents given data.
func (c *compiled) conditional(t *testing.T) {
	t.Helper()
	var parameters []string
	for _, e := range c.found.Report {
		if len(e.Given) > 0 {
			parameters = append(parameters, e.Parameter)
		}
	}
	given := make([]bool, c.m.Dim)
	for _, p := range c.m.Parameters {
		for i := range p.Size {
			given[p.Offset+i] = slices.Contains(parameters, p.Name)
		}
	}
	for k := range c.a {
		c.a[k], c.b[k], c.c[k] = 1, 0, 0
	}
	c.set(t)
	src := rng.NewKey(11).Child(c.m.Name).Stream()
	z, centre := make([]float64, c.m.Dim), make([]float64, c.m.Dim)
	for range 5 {
		want := 0.0
		for i := range z {
			z[i] = 1.5 * src.Normal()
			centre[i] = z[i]
			if given[i] {
				centre[i] = 0
				want -= z[i] * z[i] / 2
			}
		}
		check.Close(t, logDensity(t, c.mapped, z)-logDensity(t, c.mapped, centre), want, near, "log density along standard coordinates")
	}
}

// TestFind_NotGivenData looks at latents that data say too little of, or too much.
func TestFind_NotGivenData(t *testing.T) {
	for _, c := range []struct{ name, parameters, body string }{
		{"known scales", "vector[J] theta;", "theta ~ normal(mu, tau); y ~ normal(theta[g], 0.5);"},
		{"known scales, not centred", "vector[J] z;", "z ~ normal(0, 1); y ~ normal(mu + tau * z[g], 0.5);"},
		{"known scales, unknown location", "vector[J] theta; real b;", "theta ~ normal(mu, tau); b ~ normal(0, 1); y ~ normal(theta[g] + b, 0.5);"},
		{"scale of the latents", "vector[J] theta;", "theta ~ normal(mu, tau); y ~ normal(theta[g], exp(theta[1]));"},
		{"many rows", "vector[2] theta;", "theta ~ normal(mu, tau); y ~ normal(theta[{1, 1, 2, 2, 1, 1, 2, 2, 1}], sd);"},
		{"not linear", "vector[J] theta;", "theta ~ normal(mu, tau); y ~ normal(square(theta[g]), sd);"},
		{"two of them", "vector[J] theta;", "theta ~ normal(mu, tau); y ~ normal(theta[g] - theta[1], sd);"},
		{"another law", "vector[J] theta;", "theta ~ normal(mu, tau); y ~ student_t(3, theta[g], sd);"},
		{"no data", "vector[J] theta; vector[N] x;", "x ~ normal(0, 1); theta ~ normal(mu, tau); x ~ normal(theta[g], sd);"},
	} {
		found := Find(program(t, c.name, hyper+noise+c.parameters, hyperPriors+"sd ~ normal(0, 1); "+c.body))
		for _, e := range found.Report {
			if len(e.Given) > 0 {
				t.Errorf("%s: %v", c.name, e)
			}
		}
	}
}
