package dist

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
)

// TestAsLocationScale compares the log density with that of u less log scale.
func TestAsLocationScale(t *testing.T) {
	const mu, sigma, x = 0.7, 2.5, -1.3
	for _, d := range []Distribution{
		Normal(mu, sigma), StudentT(3, mu, sigma), Cauchy(mu, sigma), Logistic(mu, sigma), Laplace(mu, sigma), Gumbel(mu, sigma),
	} {
		l, ok := AsLocationScale(d)
		if !ok {
			t.Errorf("%s is a location-scale family", d.Name())
			continue
		}
		u := expr.Of((x - mu) / sigma)
		got := values(t, nil, expr.Sub(l.LogDensity(u), expr.Log(l.Scale)))[0]
		check.Close(t, got, values(t, nil, d.LogDensity(expr.Of(x)))[0], check.Rel, d.Name())
		check.Close(t, values(t, nil, l.Location)[0], mu, check.Exact, d.Name())
	}
	for _, d := range []Distribution{LogNormal(0, 1), HalfNormal(1), Truncated(Normal(0, 1), 0, nil), Gamma(1, 1)} {
		if _, ok := AsLocationScale(d); ok {
			t.Errorf("%s is taken for a location-scale family", d.Name())
		}
	}
}
