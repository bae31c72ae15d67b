package eval

import (
	"sync"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
)

// law is a distribution of one number as the language names and orders its parameters. Its functions work element by
// element on any mixture of scalars and containers.
type law struct {
	// discrete tells that the values are ints.
	discrete bool
	// arity is the number of parameters.
	arity int
	// family is the distribution with the parameters p, nil where package dist does not have it.
	family func(p []expr.Expr) dist.Distribution
	// logDensity, logCDF and logCCDF are functions of the value x and the parameters p; the latter two may be nil.
	logDensity, logCDF, logCCDF func(x expr.Expr, p []expr.Expr) expr.Expr
}

// lawOf returns the law of a family of package dist.
func lawOf(arity int, family func(p []expr.Expr) dist.Distribution) law {
	p := make([]expr.Expr, arity)
	for i := range p {
		p[i] = expr.Unconstrained("", i, nil)
	}
	sample := family(p)
	l := law{
		arity:    arity,
		discrete: sample.Support().Discrete(),
		family:   family,
		logDensity: func(x expr.Expr, p []expr.Expr) expr.Expr {
			return family(p).LogDensity(x)
		},
	}
	if _, ok := sample.(dist.CDFer); ok {
		l.logCDF = func(x expr.Expr, p []expr.Expr) expr.Expr { return family(p).(dist.CDFer).LogCDF(x) }
		l.logCCDF = func(x expr.Expr, p []expr.Expr) expr.Expr { return family(p).(dist.CDFer).LogCCDF(x) }
	}
	return l
}

// one, two and three are lawOf for families with that many parameters.
func one(f func(a any) dist.Distribution) law {
	return lawOf(1, func(p []expr.Expr) dist.Distribution { return f(p[0]) })
}

func two(f func(a, b any) dist.Distribution) law {
	return lawOf(2, func(p []expr.Expr) dist.Distribution { return f(p[0], p[1]) })
}

func three(f func(a, b, c any) dist.Distribution) law {
	return lawOf(3, func(p []expr.Expr) dist.Distribution { return f(p[0], p[1], p[2]) })
}

// laws are the distributions of one number by name.
func laws() map[string]law {
	return map[string]law{
		"std_normal":            lawOf(0, func([]expr.Expr) dist.Distribution { return dist.Normal(0, 1) }),
		"normal":                two(dist.Normal),
		"lognormal":             two(dist.LogNormal),
		"student_t":             three(dist.StudentT),
		"cauchy":                two(dist.Cauchy),
		"double_exponential":    two(dist.Laplace),
		"logistic":              two(dist.Logistic),
		"gumbel":                two(dist.Gumbel),
		"exponential":           one(dist.Exponential),
		"gamma":                 two(dist.Gamma),
		"inv_gamma":             two(dist.InverseGamma),
		"chi_square":            one(dist.ChiSquare),
		"inv_chi_square":        one(dist.InvChiSquare),
		"scaled_inv_chi_square": two(dist.ScaledInvChiSquare),
		"weibull":               two(dist.Weibull),
		"beta":                  two(dist.Beta),
		"beta_proportion":       two(betaProportion),
		"uniform":               two(dist.Uniform),

		"bernoulli":          one(dist.Bernoulli),
		"bernoulli_logit":    one(dist.BernoulliLogit),
		"binomial":           two(dist.Binomial),
		"binomial_logit":     two(dist.BinomialLogit),
		"beta_binomial":      three(dist.BetaBinomial),
		"poisson":            one(dist.Poisson),
		"poisson_log":        one(dist.PoissonLog),
		"neg_binomial":       two(negBinomial),
		"neg_binomial_2":     two(dist.NegBinomial),
		"neg_binomial_2_log": two(dist.NegBinomialLog),

		"pareto":                  pareto,
		"pareto_type_2":           paretoType2,
		"rayleigh":                rayleigh,
		"frechet":                 frechet,
		"loglogistic":             logLogistic,
		"skew_normal":             skewNormal,
		"exp_mod_normal":          expModNormal,
		"skew_double_exponential": skewDoubleExponential,
		"von_mises":               vonMises,
		"discrete_range":          discreteRange,
		"beta_neg_binomial":       betaNegBinomial,
		"hypergeometric":          hypergeometric,
	}
}

// betaProportion is the beta distribution by its mean mu and precision kappa.
func betaProportion(mu, kappa any) dist.Distribution {
	return dist.Beta(expr.Mul(mu, kappa), expr.Mul(expr.Sub(1, mu), kappa))
}

// negBinomial is the negative binomial distribution by shape alpha and inverse scale beta, with mean alpha/beta.
func negBinomial(alpha, beta any) dist.Distribution {
	return dist.NegBinomial(expr.Div(alpha, beta), alpha)
}

// distributionFunctions are the log densities and distribution functions of the laws.
func distributionFunctions() map[string]entry {
	table := map[string]entry{}
	for name, l := range laws() {
		suffix := "_lpdf"
		if l.discrete {
			suffix = "_lpmf"
		}
		table[name+suffix] = l.densityEntry()
		if l.logCDF == nil {
			continue
		}
		table[name+"_lcdf"] = logDensityEntry(l.arity, l.logCDF)
		table[name+"_lccdf"] = logDensityEntry(l.arity, l.logCCDF)
		table[name+"_cdf"] = exponential(table[name+"_lcdf"])
	}
	return table
}

// densityEntry is the entry of the log density. It tells the call of which values the law speaks.
func (l law) densityEntry() entry {
	e := logDensityEntry(l.arity, l.logDensity)
	if l.family == nil {
		return e
	}
	return entry{lanes: true, eval: func(c *call) (*Value, error) {
		if c.known() {
			return e.eval(c)
		}
		return c.density(func(x []expr.Expr) expr.Expr {
			c.law = &termLaw{family: l.family, x: x[0], params: x[1:], unnormalised: c.unnormalised}
			return l.logDensity(x[0], x[1:])
		})
	}}
}

// logDensityEntry is the entry of a sum over elements. With numbers it runs a tape, if the function has one; where that
// gives NaN, the expression over the numbers says what is wrong with them.
func logDensityEntry(arity int, f func(x expr.Expr, p []expr.Expr) expr.Expr) entry {
	sym := func(x []expr.Expr) expr.Expr { return f(x[0], x[1:]) }
	recorded := sync.OnceValues(func() (*tape, error) { return record(arity+1, sym) })
	return entry{lanes: true, eval: func(c *call) (*Value, error) {
		if !c.known() {
			return c.density(sym)
		}
		numbers, err := recorded()
		if err != nil {
			return c.density(sym)
		}
		v, err := c.knownSum(numbers.use().of)
		if err != nil || !hasNaN(v.Reals) {
			return v, err
		}
		return c.density(sym)
	}}
}

// knownSum adds f over the elements of known arguments, in each lane. An unnormalised density of numbers is constant, so it
// is left out unless it rejects.
func (c *call) knownSum(f func(x []float64) float64) (*Value, error) {
	dims, err := c.commonDims()
	if err != nil {
		return nil, err
	}
	l := c.lanes()
	n := laneCount(l)
	values := c.each(f, product(dims), l)
	out := newReals(realType, nil, make([]float64, n))
	out.Lanes = l
	for i, x := range values {
		out.Reals[i%n] += x
	}
	if c.unnormalised {
		for i, x := range out.Reals {
			out.Reals[i] = x * 0
			if x-x != 0 {
				out.Reals[i] = x
			}
		}
	}
	return out, nil
}

func hasNaN(x []float64) bool {
	for _, v := range x {
		if v != v {
			return true
		}
	}
	return false
}

// exponential is the entry of e to the power of a function that gives a real.
func exponential(f entry) entry {
	return entry{lanes: f.lanes, eval: func(c *call) (*Value, error) {
		v, err := f.eval(c)
		if err != nil {
			return nil, err
		}
		if v.IsSym() {
			return symIn(realType, nil, v.Lanes, expr.Exp(v.Sym)), nil
		}
		w := *v
		w.Reals = each(v.Reals, elem.Exp)
		return &w, nil
	}}
}
