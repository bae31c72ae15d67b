package eval

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

// The constants that a density leaves out are left out of every branch and every iteration alike, as in Stan, whose
// values these are: under a condition on parameters they would tell the branches apart.
func TestModel_LeavesOutConstantsUnderConditions(t *testing.T) {
	m := build(t, parse(t, "m.stan", `data { int<lower=0> N; vector[N] y; vector[N] x; array[N] int k; }
parameters { real a; real<lower=0> s; }
model {
  for (n in 1:N) {
    if (x[n] * a > 0) {
      y[n] ~ normal(a, s);
      k[n] ~ poisson(s);
      {y[n], x[n]} ~ cauchy(a, s);
    } else {
      target += normal_lpdf(y[n] | 0, 2 * s);
    }
  }
}
`), set(t, `{"N": 5, "y": [1, -0.5, 0.3, 2, 0.7], "x": [1, -1, 0.5, 2, -0.3], "k": [1, 2, 3, 4, 5]}`), Options{})
	e := density(t, m)
	grad := make([]float64, 2)
	for _, c := range []struct{ q, want []float64 }{
		{[]float64{0.5, 0.2}, []float64{-10.377163642522232, 3.69716652, -0.80600664}},
		{[]float64{-0.5, 0.1}, []float64{-9.254296502650943, 1.5217407, 0.49583467}},
		{[]float64{0.7, -0.3}, []float64{-10.224412018869002, 4.57970732, 3.81987995}},
	} {
		lp, err := e.LogDensityGrad(grad, c.q)
		if err != nil {
			t.Fatal(err)
		}
		check.Close(t, lp, c.want[0], oracleRel.Scaled(1), "log density at", c.q)
		check.CloseSlice(t, grad, c.want[1:], check.FD, "gradient at", c.q)
	}
}
