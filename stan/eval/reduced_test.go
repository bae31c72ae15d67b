package eval

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/reduce"
	"github.com/quatre-ppl/quatre/stan/data"
)

// regressions is a program whose likelihood is left open; MODEL stands for it.
const regressions = `
data {
  int N; int J; vector[N] y; vector[N] x; vector[N] w; matrix[N, 2] X;
  array[N] int county; array[N] int<lower=0, upper=1> died; array[N] int<lower=0> deaths; array[N] int<lower=0> age;
}
parameters {
  real a; real b; vector[2] beta; real<lower=0> sigma; vector[J] alpha; vector<lower=0>[J] scale; real<lower=0> tau;
}
transformed parameters { vector[N] mu = a + X * beta; }
model { MODEL }
`

func regressionData(t *testing.T) *data.Set {
	t.Helper()
	const n = 40
	column := func(f func(i int) float64) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = fmt.Sprint(f(i))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	wave := func(step float64) func(i int) float64 {
		return func(i int) float64 { return float64((i*i*7+3*i)%31)/10 + step*float64(i%11) }
	}
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf("[%g, %g]", wave(0.3)(i), wave(-0.2)(i))
	}
	text := fmt.Sprintf(`{"N": %d, "J": 4, "y": %s, "x": %s, "w": %s, "X": [%s], "county": %s, "died": %s, "deaths": %s, "age": %s}`,
		n, column(wave(0)), column(wave(1)), column(func(i int) float64 { return 1 + float64(i%7) }), strings.Join(rows, ", "),
		column(func(i int) float64 { return float64(1 + i%4) }), column(func(i int) float64 { return float64(i * i % 3 % 2) }),
		column(func(i int) float64 { return float64(i % 5) }), column(func(i int) float64 { return float64(20 + i%3) }))
	set, err := data.Read(strings.NewReader(text), "regressions")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestModel_IsReducedAsItIsWritten lists ways to write one likelihood, and what
// is left of its 40 rows.
func TestModel_IsReducedAsItIsWritten(t *testing.T) {
	set := regressionData(t)
	for _, c := range []struct {
		model string
		rule  reduce.Rule
		size  int
	}{
		{`y ~ normal(a + b * x, sigma);`, reduce.LeastSquares, 3},
		{`y ~ normal(a + x * b, 2);`, reduce.LeastSquares, 3},
		{`y ~ normal(a + b * x, w);`, reduce.LeastSquares, 3},
		{`for (i in 1:N) y[i] ~ normal(a + b * x[i], sigma);`, reduce.LeastSquares, 3},
		{`for (i in 1:N) target += normal_lpdf(y[i] | a + b * x[i], sigma);`, reduce.LeastSquares, 3},
		{`vector[N] m; for (i in 1:N) { m[i] = a; m[i] += b * x[i]; } y ~ normal(m, sigma);`, reduce.LeastSquares, 3},
		{`target += -0.5 * sum(square(y - a - b * x)) / sigma^2 - N * log(sigma);`, reduce.LeastSquares, 3},
		{`target += -0.5 * dot_self((y - (a + b * x)) / sigma) - N * log(sigma);`, reduce.LeastSquares, 3},
		{`target += -N * log(sigma); for (i in 1:N) target += -square((y[i] - a - b * x[i]) / sigma) / 2;`, reduce.LeastSquares, 3},
		{`y ~ normal(X * beta + a, sigma);`, reduce.LeastSquares, 4},
		{`y ~ normal_id_glm(X, a, beta, sigma);`, reduce.LeastSquares, 4},
		{`y ~ normal(mu, sigma);`, reduce.LeastSquares, 4},
		{`y[1:20] ~ normal(mu[1:20], sigma); y[21:N] ~ normal(mu[21:N], tau);`, reduce.LeastSquares, 4},
		{`append_row(y, x) ~ normal(append_row(mu, rep_vector(b, N)), sigma);`, reduce.LeastSquares, 4},
		{`exp(y) ~ lognormal(a + b * x, sigma);`, reduce.LeastSquares, 3},
		{`y ~ normal(alpha[county], sigma);`, reduce.LeastSquares, 5},
		{`for (i in 1:N) y[i] ~ normal(alpha[county[i]] + b * x[i], sigma);`, reduce.LeastSquares, 6},
		{`y ~ normal(a + tau * alpha[county] + x .* scale[county], sigma);`, reduce.LeastSquares, 9},
		{`for (i in 1:N) y[i] ~ normal(alpha[county[i]], scale[county[i]]);`, reduce.LeastSquares, 5},
		{`died ~ bernoulli_logit(alpha[county]);`, reduce.Groups, 4},
		{`for (i in 1:N) died[i] ~ bernoulli(inv_logit(alpha[county[i]]));`, reduce.Groups, 4},
		{`deaths ~ poisson_log(a + alpha[county]);`, reduce.Groups, 4},
		{`deaths ~ poisson_log(log(w) + alpha[county]);`, reduce.Groups, 4},
		{`for (i in 1:N) deaths[i] ~ poisson(exp(alpha[county[i]]));`, reduce.Groups, 4},
		{`died ~ bernoulli_logit(a + b * to_vector(age));`, reduce.RepeatedRows, 3},
		{`deaths ~ neg_binomial_2(exp(a), tau);`, reduce.RepeatedRows, 5},
	} {
		t.Run(c.model, func(t *testing.T) {
			m := build(t, parse(t, "regressions.stan", strings.Replace(regressions, "MODEL", c.model, 1)), set, Options{})
			x, report := reduce.LogDensity(m)
			found := false
			for _, s := range report.Steps {
				found = found || s.Rule == c.rule && s.Size == c.size
			}
			if !found {
				t.Errorf("%v, want %s to %d", report.Steps, c.rule, c.size)
			}
			p, in, err := graph.CompileDensity(x, m.Dim)
			is, was := bindProgram(t, p, in, err), density(t, m)
			q, got, want := make([]float64, m.Dim), make([]float64, m.Dim), make([]float64, m.Dim)
			for i := range q {
				q[i] = 0.2 * float64(i%7-3)
			}
			a, _ := is.LogDensityGrad(got, q)
			b, _ := was.LogDensityGrad(want, q)
			check.Close(t, a, b, check.Rel)
			check.CloseSlice(t, got, want, check.Rel.Scaled(largest(want)))
		})
	}
}
