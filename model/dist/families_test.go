package dist

import (
	"github.com/quatre-ppl/quatre/model/expr"
)

// sample is a univariate family with parameter values and points at which the
// tests of all families look.
type sample struct {
	title  string
	make   func(p []expr.Expr) Distribution
	params [][]float64 // one row for each set of values
	points []float64   // in the support, where the density is smooth
	// fixed is the number of leading parameters that are data (a number of
	// trials, the same in all rows): no derivative is taken in them.
	fixed int
	// invalid holds parameter values that are outside their range.
	invalid [][]float64
}

func one(f func(a any) Distribution) func(p []expr.Expr) Distribution {
	return func(p []expr.Expr) Distribution { return f(p[0]) }
}

func two(f func(a, b any) Distribution) func(p []expr.Expr) Distribution {
	return func(p []expr.Expr) Distribution { return f(p[0], p[1]) }
}

func three(f func(a, b, c any) Distribution) func(p []expr.Expr) Distribution {
	return func(p []expr.Expr) Distribution { return f(p[0], p[1], p[2]) }
}

var (
	badScale  = [][]float64{{0.5, -1}, {0.5, nan}, {0.5, 0}}
	reals     = []float64{-7.5, -1.2, 0.3, 1.9, 6}
	positives = []float64{0.05, 0.7, 1.4, 4, 11}
	counts    = []float64{0, 1, 2, 5, 13}
)

var samples = []sample{
	{"normal", two(Normal), [][]float64{{0, 1}, {-3, 2.5}}, reals, 0, badScale},
	{"half normal", one(HalfNormal), [][]float64{{1}, {4}}, positives, 0, [][]float64{{-1}, {nan}}},
	{"lognormal", two(LogNormal), [][]float64{{0, 1}, {1.5, 0.6}}, positives, 0, badScale},
	{"student t", three(StudentT), [][]float64{{3, 0.1, 1.2}, {0.8, -2, 0.5}, {40, 0, 2}}, reals, 0,
		[][]float64{{-1, 0, 1}, {0, 0, 1}, {3, 0, -1}, {nan, 0, 1}}},
	{"half student t", two(HalfStudentT), [][]float64{{3, 1.2}, {25, 3}}, positives, 0, [][]float64{{-1, 1}, {3, -1}}},
	{"cauchy", two(Cauchy), [][]float64{{0.1, 1.3}, {-2, 0.4}}, reals, 0, badScale},
	{"half cauchy", one(HalfCauchy), [][]float64{{1.3}, {0.2}}, positives, 0, [][]float64{{-1}, {nan}}},
	{"laplace", two(Laplace), [][]float64{{0.1, 1}, {-2, 3}}, reals, 0, badScale},
	{"logistic", two(Logistic), [][]float64{{0, 1}, {-2, 0.7}}, reals, 0, badScale},
	{"gumbel", two(Gumbel), [][]float64{{0, 2}, {-2, 3}}, reals, 0, badScale},
	{"exponential", one(Exponential), [][]float64{{1}, {0.3}}, positives, 0, [][]float64{{-1}, {nan}}},
	{"gamma", two(Gamma), [][]float64{{1, 1}, {0.4, 2}, {7.5, 3}, {120, 40}}, positives, 0,
		[][]float64{{-1.5, 1}, {2, -1}, {nan, 1}, {-0.5, 1}}},
	{"inverse gamma", two(InverseGamma), [][]float64{{1.5, 1}, {0.4, 2}, {30, 40}}, positives, 0,
		[][]float64{{-1.5, 1}, {2, -1}, {-0.5, 1}}},
	{"chi square", one(ChiSquare), [][]float64{{1}, {5}}, positives, 0, [][]float64{{-3}, {nan}}},
	{"inverse chi square", one(InvChiSquare), [][]float64{{1}, {5}}, positives, 0, [][]float64{{-3}, {nan}}},
	{"scaled inverse chi square", two(ScaledInvChiSquare), [][]float64{{3, 1.5}, {8, 0.7}}, positives, 0, [][]float64{{-3, 1}, {3, -1}}},
	{"weibull", two(Weibull), [][]float64{{1, 2}, {0.6, 1}, {3.5, 5}}, positives, 0, [][]float64{{-1, 1}, {2, -1}, {0, 1}, {2, nan}}},
	{"beta", two(Beta), [][]float64{{1, 1}, {0.6, 2.5}, {12, 30}, {2, 2}}, []float64{0.02, 0.3, 0.55, 0.97}, 0,
		[][]float64{{-1, 2}, {2, -0.5}, {nan, 1}, {-12, 3}}},
	{"uniform", two(Uniform), [][]float64{{0, 1}, {-4, 9}}, []float64{0.02, 0.3, 0.97}, 0, [][]float64{{0.1, 0.1}, {0.9, 0}, {0, nan}}},
	{"bernoulli", one(Bernoulli), [][]float64{{0.3}, {0.9}}, []float64{0, 1}, 0, [][]float64{{-0.1}, {1.2}, {nan}}},
	{"bernoulli logit", one(BernoulliLogit), [][]float64{{0.3}, {-4}}, []float64{0, 1}, 0, [][]float64{{nan}}},
	{"binomial", two(Binomial), [][]float64{{15, 0.3}, {15, 0.9}}, counts, 1, [][]float64{{15, -0.1}, {15, 1.1}, {15, nan}}},
	{"binomial logit", two(BinomialLogit), [][]float64{{15, 0.4}, {15, -3}}, counts, 1, [][]float64{{15, nan}}},
	{"beta binomial", three(BetaBinomial), [][]float64{{15, 1, 1}, {15, 0.5, 3}, {15, 30, 20}}, counts, 1,
		[][]float64{{15, -1, 2}, {15, 2, -1.5}, {15, nan, 1}}},
	{"poisson", one(Poisson), [][]float64{{0.6}, {8}}, counts, 0, [][]float64{{-1}, {nan}}},
	{"poisson log", one(PoissonLog), [][]float64{{-0.6}, {2}}, counts, 0, [][]float64{{nan}}},
	{"negative binomial", two(NegBinomial), [][]float64{{3, 1.5}, {7, 40}, {2, 1e3}}, counts, 0, [][]float64{{-1, 1}, {1, -1}, {1, nan}}},
	{"negative binomial log", two(NegBinomialLog), [][]float64{{0.5, 1.5}, {2, 40}}, counts, 0, [][]float64{{nan, 1}, {1, -1}}},
	{"zero-inflated poisson", two(func(pi, rate any) Distribution { return ZeroInflated(pi, Poisson(rate)) }),
		[][]float64{{0.3, 2}, {0.05, 6}}, counts, 0, [][]float64{{-0.1, 2}, {1.2, 2}, {0.2, -1}}},
	{"zero-inflated negative binomial", three(func(pi, mu, phi any) Distribution { return ZeroInflated(pi, NegBinomial(mu, phi)) }),
		[][]float64{{0.3, 4, 2}}, counts, 0, [][]float64{{0.2, 1, -1}}},
	{"mixture of normals", mixtureOfNormals, [][]float64{{0.3, -1, 0.5, 3, 2}, {0.8, 0, 1, 0.5, 4}}, reals, 0, [][]float64{{1.3, 0, 1, 0, 1}, {0.3, 0, -1, 0, 1}}},
	{"mixture of poissons", three(func(w, a, b any) Distribution {
		share := expr.Of(w)
		return MixtureLog(expr.Log(expr.Concat(share, expr.Sub(1, share))), Poisson(a), Poisson(b))
	}), [][]float64{{0.3, 2, 7}}, counts, 0, [][]float64{{1.4, 2, 7}, {0.2, -2, 7}}},
	{"mixture of gamma and exponential", three(func(w, a, b any) Distribution {
		share := expr.Of(w)
		return Mixture(expr.Concat(share, expr.Sub(1, share)), Gamma(a, b), Exponential(b))
	}), [][]float64{{0.3, 4, 1.2}}, positives, 0, [][]float64{{0.2, -2, 7}}},
	{"normal truncated on both sides", truncatedNormal(true, true), [][]float64{{0, 1, -2, 2.5}, {3, 2, -9, 0.5}}, []float64{-1.2, 0.3}, 0, [][]float64{{0, -1, -2, 2}}},
	{"normal truncated far out", truncatedNormal(true, true), [][]float64{{0, 1, 12, 13}, {0, 1, -26, -24.5}}, []float64{}, 0, nil},
	{"normal truncated below", truncatedNormal(true, false), [][]float64{{0, 1, -2}, {-3, 1.5, -2.5}}, []float64{-1.2, 0.3, 3}, 0, nil},
	{"normal truncated above", truncatedNormal(false, true), [][]float64{{0, 1, 2}, {3, 2, 0.5}}, []float64{-1.2, 0.3}, 0, nil},
	{"gamma truncated", func(p []expr.Expr) Distribution { return Truncated(Gamma(p[0], p[1]), p[2], p[3]) },
		[][]float64{{2.5, 1.5, 0.5, 4}}, []float64{0.7, 1.4, 3}, 0, nil},
	{"student t truncated at 0", func(p []expr.Expr) Distribution { return Truncated(StudentT(p[0], p[1], p[2]), 0, nil) },
		[][]float64{{4, 0, 2}, {4, 0.7, 2}}, positives, 0, nil},
	{"poisson truncated", func(p []expr.Expr) Distribution { return Truncated(Poisson(p[0]), 1, 6) }, [][]float64{{2.5}, {9}}, []float64{1, 3, 6}, 0, [][]float64{{-1}}},
	{"negative binomial without zeros", func(p []expr.Expr) Distribution { return Truncated(NegBinomial(p[0], p[1]), 1, nil) },
		[][]float64{{2.5, 1.2}}, []float64{1, 3, 6}, 0, nil},
}

func mixtureOfNormals(p []expr.Expr) Distribution {
	weights := expr.Concat(p[0], expr.Sub(1, p[0]))
	return Mixture(weights, Normal(p[1], p[2]), Normal(p[3], p[4]))
}

func truncatedNormal(below, above bool) func(p []expr.Expr) Distribution {
	return func(p []expr.Expr) Distribution {
		var low, high any
		if below {
			low = p[2]
		}
		if above {
			high = p[len(p)-1]
		}
		return Truncated(Normal(p[0], p[1]), low, high)
	}
}

// constant returns the sample's distribution with numbers for parameters.
func (s sample) constant(row []float64) Distribution { return s.make(constants(row)) }

// symbolic returns the sample's distribution with elements of q for parameters,
// except the fixed ones, and the element after them for a value. The fixed ones
// are those of the first set.
func (s sample) symbolic() (d Distribution, x expr.Expr) {
	row := s.params[0]
	params := constants(row[:s.fixed])
	for i := range row[s.fixed:] {
		params = append(params, parameter(i))
	}
	return s.make(params), parameter(len(row) - s.fixed)
}
