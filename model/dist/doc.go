// Package dist holds probability distributions whose log densities and
// distribution functions are written once, in the algebra of package expr: the
// value, its gradient and the compiled code all follow from that.
//
// A constructor takes its parameters as numbers, slices, or expressions that
// depend on other parameters of the model; a parameter is one number or an array
// of the shape of the values. A mistake in the arguments is not a panic: Err
// tells it, and every expression made from the distribution carries it. A
// parameter that becomes invalid while a model runs makes the log density NaN,
// which rejects the point.
//
//	y := dist.Normal(mu, sigma).LogDensity(x)   // elements
//	total := expr.Sum(y)                        // takes constants out of the sum
//
// The names and the order of the arguments are those of Stan:
//
//	bernoulli               Bernoulli(p)
//	bernoulli_logit         BernoulliLogit(eta)
//	beta                    Beta(a, b)
//	beta_binomial           BetaBinomial(n, a, b)
//	beta_proportion         Beta(mu·kappa, (1 − mu)·kappa)
//	binomial                Binomial(n, p)
//	binomial_logit          BinomialLogit(n, eta)
//	categorical             Categorical(probs)
//	categorical_logit       CategoricalLogit(logits)
//	cauchy                  Cauchy(mu, sigma)
//	chi_square              ChiSquare(nu)
//	dirichlet               Dirichlet(alpha)
//	double_exponential      Laplace(mu, sigma)
//	exponential             Exponential(rate)
//	gamma                   Gamma(shape, rate)
//	gumbel                  Gumbel(mu, beta)
//	inv_chi_square          InvChiSquare(nu)
//	inv_gamma               InverseGamma(shape, scale)
//	logistic                Logistic(mu, sigma)
//	lognormal               LogNormal(mu, sigma)
//	multi_normal            MvNormal(mu, covariance)
//	multi_normal_cholesky   MvNormalCholesky(mu, factor)
//	multi_normal_prec       MvNormalPrecision(mu, precision)
//	neg_binomial            NegBinomial(alpha/beta, alpha)
//	neg_binomial_2          NegBinomial(mu, phi)
//	neg_binomial_2_log      NegBinomialLog(eta, phi)
//	normal                  Normal(mu, sigma)
//	poisson                 Poisson(rate)
//	poisson_log             PoissonLog(eta)
//	scaled_inv_chi_square   ScaledInvChiSquare(nu, s)
//	std_normal              Normal(0, 1)
//	student_t               StudentT(nu, mu, sigma)
//	uniform                 Uniform(low, high)
//	weibull                 Weibull(shape, scale)
//
//	x ~ d(…) T[a, b]        Truncated(d, a, b); an absent bound is nil
//	d_lcdf(x | …)           d.(CDFer).LogCDF(x)
//	d_lccdf(x | …)          d.(CDFer).LogCCDF(x)
//	log_mix(w, d₁, d₂)      Mixture(weights, d₁, d₂), weights = (w, 1 − w)
//
// Stan has no names for HalfNormal, HalfCauchy, HalfStudentT (it restricts the
// parameter and leaves the factor 2 out), GaussianRandomWalk, ZeroInflated,
// the laws of censored records and Custom.
//
// Accuracy. Log densities and the logarithms of both distribution functions are
// right to 1e-10 of max(1, |their value|), in the tails as in the middle, at all
// points of testdata/reference.json: shapes up to 3e4, a million trials,
// dispersions of 1e8. They stay in log space where a probability is too small
// for a float64. The combinations of log Γ that would cancel are formed without
// it (gammas.go), except in gamma and Dirichlet densities, which keep log x and
// log Γ in separate terms so that data can be summed once: their error is that
// of their largest term, 1e-16 shape·log shape. Beyond 1e154 scales the squares
// in normal, Cauchy and Student t densities overflow, and those are −Inf.
package dist
