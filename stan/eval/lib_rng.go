package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/types"
)

// domain is what a parameter of a generator must satisfy.
type domain struct {
	name, want string
	holds      func(x float64) bool
}

func finite(name string) domain {
	return domain{name, "finite", func(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }}
}

func positive(name string) domain {
	return domain{name, "positive and finite", func(x float64) bool { return x > 0 && x <= math.MaxFloat64 }}
}

// trials is an int of the language that is not negative.
func trials(name string) domain {
	return domain{name, "between 0 and 2147483647", func(x float64) bool { return x >= 0 && x <= math.MaxInt32 }}
}

// whole is an int of the language.
func whole(name string) domain {
	return domain{name, "within ±2147483647", func(x float64) bool { return math.Abs(x) <= math.MaxInt32 }}
}

// shape is positive for generators that work with logarithms of gamma numbers.
func shape(name string) domain {
	return domain{name, "at least 1e-300 and finite", func(x float64) bool { return x >= 1e-300 && x <= math.MaxFloat64 }}
}

// rate and logRate keep the mean of a count so small that its draws fit in an int, as Stan does.
func rate(name string) domain {
	return domain{name, "between 0 and 2^30", func(x float64) bool { return x >= 0 && x <= 1<<30 }}
}

func logRate(name string) domain {
	return domain{name, "finite and not above 20.79, which is log 2^30", func(x float64) bool { return x >= -math.MaxFloat64 && x <= 20.79 }}
}

func probability(name string) domain {
	return domain{name, "in [0, 1]", func(x float64) bool { return x >= 0 && x <= 1 }}
}

// generator draws one number given its parameters.
type generator struct {
	params []domain
	draw   func(src *rng.Stream, p []float64) float64
}

// generators are the random generators of one number by distribution.
func generators() map[string]generator {
	return map[string]generator{
		"std_normal": {nil, func(s *rng.Stream, _ []float64) float64 { return s.Normal() }},
		"normal":     {[]domain{finite("mu"), positive("sigma")}, func(s *rng.Stream, p []float64) float64 { return rng.Normal(s, p[0], p[1]) }},
		"lognormal":  {[]domain{finite("mu"), positive("sigma")}, func(s *rng.Stream, p []float64) float64 { return rng.LogNormal(s, p[0], p[1]) }},
		"student_t":  {[]domain{shape("nu"), finite("mu"), positive("sigma")}, func(s *rng.Stream, p []float64) float64 { return rng.StudentT(s, p[0], p[1], p[2]) }},
		"cauchy":     {[]domain{finite("mu"), positive("sigma")}, func(s *rng.Stream, p []float64) float64 { return rng.Cauchy(s, p[0], p[1]) }},
		"double_exponential": {[]domain{finite("mu"), positive("sigma")}, func(s *rng.Stream, p []float64) float64 {
			return rng.Laplace(s, p[0], p[1])
		}},
		"logistic":    {[]domain{finite("mu"), positive("sigma")}, func(s *rng.Stream, p []float64) float64 { return rng.Logistic(s, p[0], p[1]) }},
		"gumbel":      {[]domain{finite("mu"), positive("beta")}, func(s *rng.Stream, p []float64) float64 { return rng.Gumbel(s, p[0], p[1]) }},
		"exponential": {[]domain{positive("beta")}, func(s *rng.Stream, p []float64) float64 { return rng.Exponential(s, p[0]) }},
		"gamma":       {[]domain{positive("alpha"), positive("beta")}, func(s *rng.Stream, p []float64) float64 { return rng.Gamma(s, p[0], p[1]) }},
		"inv_gamma":   {[]domain{positive("alpha"), positive("beta")}, func(s *rng.Stream, p []float64) float64 { return rng.InverseGamma(s, p[0], p[1]) }},
		"chi_square":  {[]domain{shape("nu")}, func(s *rng.Stream, p []float64) float64 { return rng.ChiSquare(s, p[0]) }},
		"inv_chi_square": {[]domain{shape("nu")}, func(s *rng.Stream, p []float64) float64 {
			return rng.InverseGamma(s, p[0]/2, 0.5)
		}},
		"scaled_inv_chi_square": {[]domain{shape("nu"), positive("sigma")}, func(s *rng.Stream, p []float64) float64 {
			return p[1] * (p[1] * rng.InverseGamma(s, p[0]/2, p[0]/2))
		}},
		"weibull": {[]domain{positive("alpha"), positive("sigma")}, func(s *rng.Stream, p []float64) float64 { return rng.Weibull(s, p[0], p[1]) }},
		"frechet": {[]domain{positive("alpha"), positive("sigma")}, func(s *rng.Stream, p []float64) float64 {
			return p[1] * elem.Pow(s.Exponential(), -1/p[0])
		}},
		"rayleigh": {[]domain{positive("sigma")}, func(s *rng.Stream, p []float64) float64 { return p[0] * math.Sqrt(2*s.Exponential()) }},
		"pareto": {[]domain{positive("y_min"), positive("alpha")}, func(s *rng.Stream, p []float64) float64 {
			return p[0] * elem.Exp(s.Exponential()/p[1])
		}},
		"pareto_type_2": {[]domain{finite("mu"), positive("lambda"), positive("alpha")}, func(s *rng.Stream, p []float64) float64 {
			return p[0] + float64(p[1]*elem.Expm1(s.Exponential()/p[2]))
		}},
		"loglogistic": {[]domain{positive("alpha"), positive("beta")}, func(s *rng.Stream, p []float64) float64 {
			return p[0] * elem.Exp(rng.Logistic(s, 0, 1)/p[1])
		}},
		"skew_normal": {[]domain{finite("xi"), positive("omega"), finite("alpha")}, skewNormalDraw},
		"exp_mod_normal": {[]domain{finite("mu"), positive("sigma"), positive("lambda")}, func(s *rng.Stream, p []float64) float64 {
			return rng.Normal(s, p[0], p[1]) + rng.Exponential(s, p[2])
		}},
		"skew_double_exponential": {[]domain{finite("mu"), positive("sigma"), probability("tau")}, skewDoubleExponentialDraw},
		"beta":                    {[]domain{shape("alpha"), shape("beta")}, func(s *rng.Stream, p []float64) float64 { return rng.Beta(s, p[0], p[1]) }},
		"beta_proportion": {[]domain{probability("mu"), positive("kappa")}, func(s *rng.Stream, p []float64) float64 {
			return rng.Beta(s, p[0]*p[1], (1-p[0])*p[1])
		}},
		"von_mises": {[]domain{finite("mu"), positive("kappa")}, vonMisesDraw},
		"uniform":   {[]domain{finite("alpha"), finite("beta")}, func(s *rng.Stream, p []float64) float64 { return rng.Uniform(s, p[0], p[1]) }},

		"bernoulli":       {[]domain{probability("theta")}, func(s *rng.Stream, p []float64) float64 { return float64(rng.Bernoulli(s, p[0])) }},
		"bernoulli_logit": {[]domain{finite("alpha")}, func(s *rng.Stream, p []float64) float64 { return float64(rng.Bernoulli(s, elem.InvLogit(p[0]))) }},
		"binomial":        {[]domain{trials("N"), probability("theta")}, func(s *rng.Stream, p []float64) float64 { return float64(rng.Binomial(s, int(p[0]), p[1])) }},
		"binomial_logit": {[]domain{trials("N"), finite("alpha")}, func(s *rng.Stream, p []float64) float64 {
			return float64(rng.Binomial(s, int(p[0]), elem.InvLogit(p[1])))
		}},
		"beta_binomial": {[]domain{trials("N"), shape("alpha"), shape("beta")}, func(s *rng.Stream, p []float64) float64 {
			return float64(rng.BetaBinomial(s, int(p[0]), p[1], p[2]))
		}},
		"poisson":      {[]domain{rate("lambda")}, func(s *rng.Stream, p []float64) float64 { return rng.Poisson(s, p[0]) }},
		"poisson_log":  {[]domain{logRate("alpha")}, func(s *rng.Stream, p []float64) float64 { return rng.Poisson(s, elem.Exp(p[0])) }},
		"neg_binomial": {[]domain{positive("alpha"), positive("beta")}, func(s *rng.Stream, p []float64) float64 { return gammaPoisson(s, p[0], p[0]/p[1]) }},
		"neg_binomial_2": {[]domain{positive("mu"), positive("phi")}, func(s *rng.Stream, p []float64) float64 {
			return gammaPoisson(s, p[1], p[0])
		}},
		"neg_binomial_2_log": {[]domain{logRate("eta"), positive("phi")}, func(s *rng.Stream, p []float64) float64 {
			return gammaPoisson(s, p[1], elem.Exp(p[0]))
		}},
		"beta_neg_binomial": {[]domain{positive("r"), shape("alpha"), shape("beta")}, betaNegBinomialDraw},
		"discrete_range": {[]domain{whole("lower"), whole("upper")}, func(s *rng.Stream, p []float64) float64 {
			return p[0] + float64(s.Intn(int(p[1]-p[0])+1))
		}},
		"hypergeometric": {[]domain{trials("N"), trials("a"), trials("b")}, func(s *rng.Stream, p []float64) float64 {
			return float64(rng.Hypergeometric(s, int(p[0]), int(p[1]), int(p[2])))
		}},
	}
}

// together are conditions on several parameters of a generator at once.
var together = map[string]struct {
	want  string
	holds func(p []float64) bool
}{
	"uniform":        {"alpha must be below beta", func(p []float64) bool { return p[0] < p[1] }},
	"discrete_range": {"lower must not be above upper", func(p []float64) bool { return p[0] <= p[1] }},
	"hypergeometric": {"N must not be above a + b", func(p []float64) bool { return p[0] <= p[1]+p[2] }},
	"beta_proportion": {"mu·kappa and (1 − mu)·kappa must be at least 1e-300", func(p []float64) bool {
		return p[0]*p[1] >= 1e-300 && (1-p[0])*p[1] >= 1e-300
	}},
}

// skewNormalDraw combines two standard normals (Azzalini 1985, section 2).
func skewNormalDraw(s *rng.Stream, p []float64) float64 {
	delta := p[2] / math.Sqrt(1+float64(p[2]*p[2]))
	u, v := s.Normal(), s.Normal()
	z := float64(delta*math.Abs(u)) + float64(math.Sqrt(1-float64(delta*delta))*v)
	return p[0] + float64(p[1]*z)
}

// gammaPoisson draws a negative binomial count of the given shape and mean: a Poisson count whose mean is a gamma number. It
// is +Inf where that is beyond the range of ints.
func gammaPoisson(s *rng.Stream, shape, mean float64) float64 {
	if mean == 0 {
		return 0
	}
	g := mean * (rng.Gamma(s, shape, 1) / shape)
	if !(g <= 1<<30) {
		return math.Inf(1)
	}
	return rng.Poisson(s, g)
}

// betaNegBinomialDraw draws the probability, then the count.
func betaNegBinomialDraw(s *rng.Stream, p []float64) float64 {
	q := rng.Beta(s, p[1], p[2])
	return gammaPoisson(s, p[0], p[0]*((1-q)/q))
}

// skewDoubleExponentialDraw draws the side, then the distance.
func skewDoubleExponentialDraw(s *rng.Stream, p []float64) float64 {
	u, e := s.Float64(), s.Exponential()
	if u < p[2] {
		return p[0] - float64(p[1]*e)/(2*(1-p[2]))
	}
	return p[0] + float64(p[1]*e)/(2*p[2])
}

// generatorFunctions are the generators by the name of their function.
func generatorFunctions() map[string]entry {
	table := vectorGenerators()
	for name, g := range generators() {
		table[name+"_rng"] = entry{lanes: true, eval: func(c *call) (*Value, error) { return c.drawn(name, g) }}
	}
	return table
}

// drawn draws a number for each element of the parameters, in each iteration that runs now, whatever its parameters' lanes.
func (c *call) drawn(name string, g generator) (*Value, error) {
	if c.ev.drawings != nil {
		return c.described(name, g)
	}
	if !c.known() {
		return nil, c.errorf("", "random numbers cannot depend on parameters here")
	}
	dims, err := c.commonDims()
	if err != nil {
		return nil, err
	}
	rule, joint := together[name]
	var bad error
	x := c.each(func(p []float64) float64 {
		for i, d := range g.params {
			if !d.holds(p[i]) && bad == nil {
				bad = c.errorf("", "the parameter %s is %v; it must be %s", d.name, p[i], d.want)
			}
		}
		if joint && !rule.holds(p) && bad == nil {
			bad = c.errorf("", "the parameters are %v; %s", p, rule.want)
		}
		if bad != nil {
			return 0
		}
		return g.draw(c.ev.src, p)
	}, product(dims), c.ev.lanes)
	if bad != nil {
		return nil, bad
	}
	v, err := c.drawnValue(x, dims)
	if err == nil {
		v.Lanes = c.ev.lanes
	}
	return v, err
}

// drawnValue gives drawn numbers their type; counts must fit in an int.
func (c *call) drawnValue(x []float64, dims []int) (*Value, error) {
	v := newReals(c.result, dims, x)
	if c.result.Base != types.Int {
		return v, nil
	}
	for _, n := range x {
		if !(n >= math.MinInt32 && n <= math.MaxInt32) {
			return nil, c.errorf("", "the draw %v is too large for an int", n)
		}
	}
	return v.asInt(), nil
}
