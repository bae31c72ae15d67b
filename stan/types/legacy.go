package types

import (
	"maps"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre/stan/syntax"
)

// renamed maps names that older releases of the language, or other languages, have for a function to what to write.
var renamed = map[string]string{
	"algebra_solver":           "solve_powell(…)",
	"algebra_solver_newton":    "solve_newton(…)",
	"binomial_coefficient_log": "lchoose(…)",
	"cov_exp_quad":             "gp_exp_quad_cov(…)",
	"fabs":                     "abs(…)",
	"get_lp":                   "target()",
	"if_else":                  "condition ? x : y",
	"increment_log_prob":       "target += …",
	"integrate_ode":            "ode_rk45(…)",
	"integrate_ode_adams":      "ode_adams(…)",
	"integrate_ode_bdf":        "ode_bdf(…)",
	"integrate_ode_rk45":       "ode_rk45(…)",
	"multiply_log":             "lmultiply(…)",

	"chol":      "cholesky_decompose(…)",
	"expit":     "inv_logit(…)",
	"gammaln":   "lgamma(…)",
	"len":       "size(…)",
	"length":    "size(…)",
	"ln":        "log(…)",
	"logsumexp": "log_sum_exp(…)",
	"ncol":      "cols(…)",
	"nrow":      "rows(…)",
	"power":     "pow(…)",
	"sigmoid":   "inv_logit(…)",
	"std":       "sd(…)",
	"var":       "variance(…)",
}

// renamedDistributions does so for distributions.
var renamedDistributions = map[string]string{
	"gaussian":          "normal",
	"half_cauchy":       "cauchy, on a variable declared with <lower=0>",
	"half_normal":       "normal, on a variable declared with <lower=0>",
	"half_student_t":    "student_t, on a variable declared with <lower=0>",
	"inverse_gamma":     "inv_gamma",
	"laplace":           "double_exponential",
	"log_normal":        "lognormal",
	"mvn":               "multi_normal",
	"mvnormal":          "multi_normal",
	"negative_binomial": "neg_binomial or neg_binomial_2",
	"t":                 "student_t",
}

// renamedSuffixes are the endings of names of densities and distribution functions in older releases.
var renamedSuffixes = []struct{ old, density, mass string }{
	{"_ccdf_log", "_lccdf", "_lccdf"},
	{"_cdf_log", "_lcdf", "_lcdf"},
	{"_log", "_lpdf", "_lpmf"},
	{"_pdf", "_lpdf", "_lpmf"},
	{"_pmf", "_lpdf", "_lpmf"},
	{"_lpdf", "_lpdf", "_lpmf"},
	{"_lpmf", "_lpdf", "_lpmf"},
}

// unknownFunction reports a call of a function that does not exist.
func (c *checker) unknownFunction(id syntax.Ident) {
	if c.find(id.Name) != nil {
		c.errorf(id.Span, "an element is "+id.Name+"[i], a product is written with *", "%q is a variable, not a function", id.Name)
		return
	}
	if now, ok := renamed[id.Name]; ok {
		c.errorf(id.Span, "write "+now, "there is no function %q", id.Name)
		return
	}
	for _, suffix := range renamedSuffixes {
		base, ok := strings.CutSuffix(id.Name, suffix.old)
		kind := c.lib.distributions[base]
		if !ok || kind == "" {
			continue
		}
		now := suffix.density
		if kind == "lpmf" {
			now = suffix.mass
		}
		if c.lib.functions[base+now] != nil {
			c.errorf(id.Span, "write "+base+now+"(… | …)", "there is no function %q", id.Name)
			return
		}
	}
	if c.lib.distributions[id.Name] != "" {
		c.errorf(id.Span, "write "+id.Name+"_"+c.lib.distributions[id.Name]+"(… | …) for its log density", "%q is a distribution, not a function", id.Name)
		return
	}
	names := append(slices.Collect(maps.Keys(c.funcs)), c.lib.names...)
	c.errorf(id.Span, didYouMean(id.Name, names), "unknown function %q", id.Name)
}

// unknownDistribution reports a '~' with a distribution that does not exist.
func (c *checker) unknownDistribution(id syntax.Ident) {
	for _, suffix := range []string{"_lpdf", "_lpmf", "_lupdf", "_lupmf", "_log"} {
		if base, ok := strings.CutSuffix(id.Name, suffix); ok && c.hasDistribution(base) {
			c.errorf(id.Span, "write ~ "+base+"(…)", "'~' takes the name of a distribution, not of its density")
			return
		}
	}
	if now, ok := renamedDistributions[id.Name]; ok {
		c.errorf(id.Span, "write "+now, "there is no distribution %q", id.Name)
		return
	}
	names := slices.Collect(maps.Keys(c.lib.distributions))
	for name := range c.funcs {
		for _, suffix := range []string{"_lpdf", "_lpmf"} {
			if base, ok := strings.CutSuffix(name, suffix); ok {
				names = append(names, base)
			}
		}
	}
	hint := didYouMean(id.Name, names)
	if len(c.funcs[id.Name]) > 0 {
		hint = "name the function " + id.Name + "_lpdf or " + id.Name + "_lpmf"
	}
	c.errorf(id.Span, hint, "unknown distribution %q", id.Name)
}

func (c *checker) hasDistribution(name string) bool {
	return len(c.candidates(name+"_lpdf"))+len(c.candidates(name+"_lpmf")) > 0
}
