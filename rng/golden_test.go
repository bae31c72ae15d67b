package rng

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

// TestSamplers_Golden pins one draw of each algorithm, after a few that may
// have taken any number of words. A change here changes every published
// result: it belongs in the release notes, and old checkpoints do not continue.
func TestSamplers_Golden(t *testing.T) {
	point := make([]float64, 3)
	for _, c := range []struct {
		name string
		draw func(s *Stream) float64
		want float64
	}{
		{"normal", (*Stream).Normal, -1.8809161331086865},
		{"exponential", (*Stream).Exponential, 0.07590578407627611},
		{"uniform", func(s *Stream) float64 { return Uniform(s, -1, 3) }, 1.666184885987629},
		{"lognormal", func(s *Stream) float64 { return LogNormal(s, 0.3, 2) }, 1.1311706432281847},
		{"laplace", func(s *Stream) float64 { return Laplace(s, 1, 2) }, 3.493003177428315},
		{"logistic", func(s *Stream) float64 { return Logistic(s, 1, 2) }, 8.993441707773629},
		{"gumbel", func(s *Stream) float64 { return Gumbel(s, 1, 2) }, -1.5818660698093776},
		{"cauchy", func(s *Stream) float64 { return Cauchy(s, 1, 2) }, 0.3868158317513056},
		{"weibull", func(s *Stream) float64 { return Weibull(s, 1.7, 2) }, 2.0414353758091757},
		{"gamma", func(s *Stream) float64 { return Gamma(s, 2.7, 3) }, 1.2355476342786471},
		{"small gamma", func(s *Stream) float64 { return Gamma(s, 0.3, 3) }, 0.00011673549122984539},
		{"inverse gamma", func(s *Stream) float64 { return InverseGamma(s, 2.7, 3) }, 1.25256678935429},
		{"student", func(s *Stream) float64 { return StudentT(s, 5, 1, 2) }, -0.017878290963197152},
		{"beta", func(s *Stream) float64 { return Beta(s, 2, 3) }, 0.4642842424123531},
		{"small beta", func(s *Stream) float64 { return Beta(s, 0.2, 0.3) }, 0.833003485874904},
		{"dirichlet", func(s *Stream) float64 { Dirichlet(point, s, []float64{0.3, 1, 2}); return point[1] }, 0.09633348705726513},
		{"poisson", func(s *Stream) float64 { return Poisson(s, 7) }, 4},
		{"large poisson", func(s *Stream) float64 { return Poisson(s, 7e9) }, 7.000090989e+09},
		{"binomial", func(s *Stream) float64 { return float64(Binomial(s, 12, 0.4)) }, 3},
		{"large binomial", func(s *Stream) float64 { return float64(Binomial(s, 1e9, 0.4)) }, 3.99973045e+08},
		{"negative binomial", func(s *Stream) float64 { return NegBinomial2(s, 1e4, 1.5) }, 15643},
		{"geometric", func(s *Stream) float64 { return Geometric(s, 1e-6) }, 1.851714e+06},
		{"hypergeometric", func(s *Stream) float64 { return float64(Hypergeometric(s, 1e8, 3e8, 2e9)) }, 1.3045894e+07},
		{"categorical", func(s *Stream) float64 { return float64(Categorical(s, []float64{1, 2, 3, 4, 5, 6, 7})) }, 6},
	} {
		s := NewKey(4).Child(c.name).Stream()
		for range 9 {
			c.draw(s)
		}
		check.Close(t, c.draw(s), c.want, check.Exact, c.name)
	}
}
