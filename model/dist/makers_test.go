package dist

// makers builds each family of the reference from its parameters.
var makers = map[string]func(p referenceParams) Distribution{
	"normal":      func(p referenceParams) Distribution { return Normal(p.number("mu"), p.number("sigma")) },
	"half_normal": func(p referenceParams) Distribution { return HalfNormal(p.number("sigma")) },
	"student_t": func(p referenceParams) Distribution {
		return StudentT(p.number("nu"), p.number("mu"), p.number("sigma"))
	},
	"half_student_t":        func(p referenceParams) Distribution { return HalfStudentT(p.number("nu"), p.number("sigma")) },
	"cauchy":                func(p referenceParams) Distribution { return Cauchy(p.number("mu"), p.number("sigma")) },
	"half_cauchy":           func(p referenceParams) Distribution { return HalfCauchy(p.number("sigma")) },
	"laplace":               func(p referenceParams) Distribution { return Laplace(p.number("mu"), p.number("sigma")) },
	"logistic":              func(p referenceParams) Distribution { return Logistic(p.number("mu"), p.number("sigma")) },
	"log_normal":            func(p referenceParams) Distribution { return LogNormal(p.number("mu"), p.number("sigma")) },
	"exponential":           func(p referenceParams) Distribution { return Exponential(p.number("rate")) },
	"gamma":                 func(p referenceParams) Distribution { return Gamma(p.number("shape"), p.number("rate")) },
	"inverse_gamma":         func(p referenceParams) Distribution { return InverseGamma(p.number("shape"), p.number("scale")) },
	"weibull":               func(p referenceParams) Distribution { return Weibull(p.number("shape"), p.number("scale")) },
	"beta":                  func(p referenceParams) Distribution { return Beta(p.number("a"), p.number("b")) },
	"uniform":               func(p referenceParams) Distribution { return Uniform(p.number("low"), p.number("high")) },
	"bernoulli":             func(p referenceParams) Distribution { return Bernoulli(p.number("p")) },
	"bernoulli_logit":       func(p referenceParams) Distribution { return BernoulliLogit(p.number("logit")) },
	"binomial":              func(p referenceParams) Distribution { return Binomial(p.number("n"), p.number("p")) },
	"binomial_logit":        func(p referenceParams) Distribution { return BinomialLogit(p.number("n"), p.number("logit")) },
	"beta_binomial":         func(p referenceParams) Distribution { return BetaBinomial(p.number("n"), p.number("a"), p.number("b")) },
	"poisson":               func(p referenceParams) Distribution { return Poisson(p.number("rate")) },
	"poisson_log":           func(p referenceParams) Distribution { return PoissonLog(p.number("log_rate")) },
	"neg_binomial":          func(p referenceParams) Distribution { return NegBinomial(p.number("mu"), p.number("phi")) },
	"neg_binomial_log":      func(p referenceParams) Distribution { return NegBinomialLog(p.number("log_mu"), p.number("phi")) },
	"categorical":           func(p referenceParams) Distribution { return Categorical(p.vector("probs")) },
	"categorical_logit":     func(p referenceParams) Distribution { return CategoricalLogit(p.vector("logits")) },
	"zero_inflated_poisson": func(p referenceParams) Distribution { return ZeroInflated(p.number("pi"), Poisson(p.number("rate"))) },
	"zero_inflated_neg_binomial": func(p referenceParams) Distribution {
		return ZeroInflated(p.number("pi"), NegBinomial(p.number("mu"), p.number("phi")))
	},
	"truncated_normal": func(p referenceParams) Distribution {
		return Truncated(Normal(p.number("mu"), p.number("sigma")), p.limit("low"), p.limit("high"))
	},
	"truncated_gamma": func(p referenceParams) Distribution {
		return Truncated(Gamma(p.number("shape"), p.number("rate")), p.limit("low"), p.limit("high"))
	},
	"truncated_poisson": func(p referenceParams) Distribution {
		return Truncated(Poisson(p.number("rate")), p.limit("low"), p.limit("high"))
	},
	"censored_normal": func(p referenceParams) Distribution {
		return Censored(Normal(p.number("mu"), p.number("sigma")), p.limit("low"), p.limit("high"))
	},
	"censored_weibull": func(p referenceParams) Distribution {
		return Censored(Weibull(p.number("shape"), p.number("scale")), p.limit("low"), p.limit("high"))
	},
	"interval_normal": func(p referenceParams) Distribution {
		return IntervalCensored(Normal(p.number("mu"), p.number("sigma")))
	},
	"interval_weibull": func(p referenceParams) Distribution {
		return IntervalCensored(Weibull(p.number("shape"), p.number("scale")))
	},
	"dirichlet":           func(p referenceParams) Distribution { return Dirichlet(p.vector("alpha")) },
	"mv_normal":           func(p referenceParams) Distribution { return MvNormal(p.vector("mu"), p.matrix("covariance")) },
	"mv_normal_precision": func(p referenceParams) Distribution { return MvNormalPrecision(p.vector("mu"), p.matrix("precision")) },
	"mv_normal_cholesky":  func(p referenceParams) Distribution { return MvNormalCholesky(p.vector("mu"), p.matrix("cholesky")) },
	"gaussian_random_walk": func(p referenceParams) Distribution {
		return GaussianRandomWalk(Normal(0, p.number("init")), p.number("drift"), p.number("sigma"))
	},
	"mixture_normal": func(p referenceParams) Distribution {
		var parts []Distribution
		for i, mu := range p.vector("mu") {
			parts = append(parts, Normal(mu, p.vector("sigma")[i]))
		}
		return Mixture(p.vector("weights"), parts...)
	},
}

// multivariate families take a vector at each point.
var multivariate = map[string]bool{
	"interval_normal": true, "interval_weibull": true, "dirichlet": true, "mv_normal": true,
	"mv_normal_precision": true, "mv_normal_cholesky": true, "gaussian_random_walk": true,
}
