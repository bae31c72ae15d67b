package latent

import (
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/stan"
	"github.com/quatre-ppl/quatre/stan/data"
)

// program returns a Stan program with the given parameters and model blocks and a
// few numbers as data.
func program(t *testing.T, name, parameters, body string) *model.Model {
	t.Helper()
	text := `data {
  int<lower=1> J; int<lower=1> N;
  array[N] int<lower=1, upper=J> g; vector[N] y; vector[J] e;
}
parameters {` + parameters + `}
model {` + body + `}`
	p, err := stan.Parse(name, text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	set, err := data.Read(strings.NewReader(`{"J": 6, "N": 9, "g": [1, 2, 2, 3, 4, 5, 6, 6, 1],
  "y": [0.3, 1.2, -0.4, 2.2, 0.9, -1.1, 0.2, 0.7, 1.4], "e": [0.5, 0.7, 1.1, 0.4, 0.8, 0.6]}`), "d.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Model(set, stan.Options{Name: name})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return m
}

const hyper = " real mu; real<lower=0> tau; "

const hyperPriors = " mu ~ normal(0, 2); tau ~ normal(0, 1); "

func TestFind_ExactForStanPrograms(t *testing.T) {
	for _, c := range []struct {
		name, parameters, body string
		latents                int
	}{
		{"vectorised", "vector[J] theta;", "theta ~ normal(mu, tau); y ~ normal(theta[g], 1);", 6},
		{"loop", "vector[J] theta;", "for (j in 1:J) theta[j] ~ normal(mu, tau * e[j]); y ~ normal(theta[g], 1);", 6},
		{"few written out", "vector[3] theta;", "for (j in 1:3) theta[j] ~ normal(mu, tau); y[1:3] ~ normal(theta, 1);", 3},
		{"target", "array[J] real theta;", "target += normal_lpdf(theta | mu, tau); y ~ normal(theta[g], 1);", 6},
		{"matrix", "matrix[2, 3] theta;", "to_vector(theta) ~ normal(mu, tau); y[1:6] ~ normal(to_vector(theta'), 1);", 6},
		{"slices", "vector[J] theta;", "theta[1:2] ~ normal(mu, tau); theta[3:J] ~ normal(0, tau * 2); y ~ normal(theta[g], 1);", 6},
		{"gather", "vector[J] theta;", "theta[{5, 1, 3}] ~ normal(mu, tau); y ~ normal(theta[g], 1);", 3},
		{"scale of data", "vector[J] theta;", "theta ~ normal(mu, e); y ~ normal(theta[g], 1);", 6},
		{"student", "vector[J] theta;", "theta ~ student_t(4, mu, tau); y ~ normal(theta[g], 1);", 6},
		{"student with degrees of freedom", "vector[J] theta; real<lower=1> nu;", "nu ~ gamma(2, 0.1); theta ~ student_t(nu, mu, tau); y ~ normal(theta[g], 1);", 6},
		{"cauchy", "vector[J] theta;", "theta ~ cauchy(mu, tau); y ~ normal(theta[g], 1);", 6},
		{"logistic", "vector[J] theta;", "theta ~ logistic(mu, tau); y ~ normal(theta[g], 1);", 6},
		{"gumbel", "vector[J] theta;", "theta ~ gumbel(mu, tau); y ~ normal(theta[g], 1);", 6},
		{"offset and multiplier", "vector<offset=mu, multiplier=tau>[J] theta;", "theta ~ normal(mu, tau); y ~ normal(theta[g], 1);", 6},
		{"multiplier alone", "vector<multiplier=tau>[J] theta;", "theta ~ normal(0, tau); y ~ normal(theta[g], 1);", 6},
		{"scalar with offset", "real<offset=mu, multiplier=tau> x;", "target += normal_lpdf(x | mu, tau); y ~ normal(x, 1);", 1},
		{"random walk", "vector[J] s;", "s[1] ~ normal(mu, tau); s[2:J] ~ normal(s[1:(J - 1)], tau); y ~ normal(s[g], 1);", 6},
		{"random walk in a loop", "vector[J] s;", "s[1] ~ normal(mu, tau); for (j in 2:J) s[j] ~ normal(s[j - 1], tau); y ~ normal(s[g], 1);", 6},
		{"random walk from a fixed start", "vector[J] s;", "s[1] ~ normal(0, 2); for (j in 2:J) s[j] ~ normal(s[j - 1], tau); y ~ normal(s[g], 1);", 5},
		{"random walk written out", "vector[4] s;", "s[1] ~ normal(mu, tau); for (j in 2:4) s[j] ~ normal(s[j - 1], tau); y[1:4] ~ normal(s, 1);", 4},
		{"random walk backwards", "vector[J] s;", "s[J] ~ normal(mu, tau); s[1:(J - 1)] ~ normal(s[2:J], tau); y ~ normal(s[g], 1);", 6},
		{"autoregression with drift", "vector[J] s; real<lower=-1, upper=1> phi;",
			"s[1] ~ normal(mu, tau / sqrt(1 - phi^2)); s[2:J] ~ normal(mu + phi * (s[1:(J - 1)] - mu), tau); y ~ normal(s[g], 1);", 6},
		{"autoregression in a loop", "vector[J] s; real phi;",
			"for (j in 2:J) s[j] ~ normal(mu - s[j - 1] * phi / 2 + e[j], tau * e[j]); s[1] ~ normal(0, tau); phi ~ normal(0, 1); y ~ normal(s[g], 1);", 6},
		{"location appended", "vector[J] s;", "s ~ normal(append_row(mu, s[1:(J - 1)]), tau); y ~ normal(s[g], 1);", 6},
		{"two walks side by side", "matrix[3, 2] s;", "s[1] ~ normal(mu, tau); for (j in 2:3) s[j] ~ normal(s[j - 1], tau); y[1:6] ~ normal(to_vector(s), 1);", 6},
		{"nested", "vector[2] m; vector[J] theta; real<lower=0> sd;", "sd ~ normal(0, 1); m ~ normal(mu, sd); theta ~ normal(m[{1, 1, 1, 2, 2, 2}], tau); y ~ normal(theta[g], 1);", 8},
		{"three levels", "real m; vector[2] k; vector[J] theta; real<lower=0> sd;",
			"m ~ normal(mu, sd); k ~ normal(m, tau); theta ~ normal(k[{1, 1, 1, 2, 2, 2}], exp(k[1])); y ~ normal(theta[g], 1); sd ~ normal(0, 1);", 9},
		{"levels within a vector", "vector[3] x;", "x[1] ~ normal(mu, tau); x[2] ~ normal(0, exp(x[1])); x[3] ~ normal(x[2], 1 + square(x[2])); y[1:3] ~ normal(x, 1);", 3},
		{"walk over a latent drift", "vector[J] s; vector[J - 1] d;", "d ~ normal(0, tau); s[1] ~ normal(mu, 1); s[2:J] ~ normal(s[1:(J - 1)] + d, tau); y ~ normal(s[g], 1);", 11},
		{"location of a function of latents", "vector[J] theta; real x;", "theta ~ normal(mu, tau); x ~ normal(sum(theta), exp(theta[2])); y ~ normal(theta[g] * x, 1);", 7},
		{"not centred", "vector[J] z;", "z ~ std_normal(); y ~ normal(mu + tau * z[g], 1);", 6},
		{"not centred, a vector", "vector[J] z;", "vector[J] theta = mu + tau * z; z ~ normal(0, 1); y ~ normal(theta[g], exp(0.1 * theta[2]));", 6},
		{"not centred, in a loop", "vector[J] z;", "vector[J] theta; for (j in 1:J) theta[j] = mu * e[j] + tau * e[j] * z[j]; z ~ std_normal(); y ~ normal(theta[g], 1);", 6},
		{"not centred, written out", "vector[3] z;", "vector[3] theta; for (j in 1:3) theta[j] = z[j] * tau + mu; z ~ std_normal(); y[1:3] ~ normal(theta, 1);", 3},
		{"not centred, location outside", "vector[J] z;", "z ~ std_normal(); y ~ normal(mu + e[g] * 0.5 + tau * z[g], 1);", 6},
		{"not centred, two uses", "vector[J] z;", "z ~ std_normal(); y ~ normal(tau * z[g], 1); y ~ normal(tau * z[g] + mu, 2);", 6},
		{"not centred Student", "vector[J] z;", "z ~ student_t(5, 0, 1); y ~ normal(mu + tau * z[g], 1);", 6},
		{"not centred scalar", "real z;", "z ~ std_normal(); y ~ normal(mu + tau * z, 1);", 1},
		{"not centred, scale of any sign", "vector[J] z; real b;", "z ~ std_normal(); b ~ normal(-1, 1); y ~ normal(mu + b * z[g], 1);", 6},
		{"not centred, many, scale of any sign", "vector[20] z; real b;", "z ~ std_normal(); b ~ normal(-1, 1); to_vector(append_array(append_array(to_array_1d(y), to_array_1d(y)), {0.1, 0.2})) ~ normal(mu + (b - 2) * z, 1);", 20},
		{"not centred, nested", "vector[2] z; vector[J] w; real<lower=0> sd;",
			"vector[2] m = mu + tau * z; vector[J] theta = m[{1, 1, 1, 2, 2, 2}] + sd * w; sd ~ normal(0, 1); z ~ std_normal(); w ~ std_normal(); y ~ normal(theta[g], 1);", 8},
		{"not centred over centred", "vector[2] m; vector[J] w; real<lower=0> sd;",
			"m ~ normal(mu, tau); sd ~ normal(0, 1); w ~ std_normal(); y ~ normal((m[{1, 1, 1, 2, 2, 2}] + sd * w)[g], 1);", 8},
		{"vector with a covariance", "vector[3] b; vector<lower=0>[3] sd;",
			"sd ~ normal(0, 1); b ~ multi_normal(rep_vector(mu, 3), add_diag(tau * sd * sd', 0.3)); y[1:3] ~ normal(b, 1);", 3},
		{"vectors with a factor", "array[3] vector[2] b; cholesky_factor_corr[2] L; vector<lower=0>[2] sd;",
			"sd ~ normal(0, 1); L ~ lkj_corr_cholesky(2); b ~ multi_normal_cholesky([mu, 0.5]', diag_pre_multiply(sd * tau, L)); for (j in 1:3) y[j] ~ normal(b[j, 1] + b[j, 2] * e[j], 1);", 6},
		{"vectors in a loop, means of their own", "array[6] vector[3] b; cholesky_factor_corr[3] L;",
			"L ~ lkj_corr_cholesky(2); for (j in 1:6) b[j] ~ multi_normal_cholesky([mu * e[j], 0, tau]', tau * L); for (j in 1:6) y[j] ~ normal(sum(b[j]), 1);", 18},
		{"effects of a vector, and latents over them", "vector[2] b; vector[J] theta; cholesky_factor_corr[2] L;",
			"L ~ lkj_corr_cholesky(2); b ~ multi_normal_cholesky([mu, 0]', tau * L); theta ~ normal(b[1], exp(b[2])); y ~ normal(theta[g], 1);", 8},
		{"log-normal", "vector<lower=0>[J] r;", "r ~ lognormal(mu, tau); y ~ normal(r[g], 1);", 6},
		{"log-normal, in a loop", "vector<lower=0>[J] r;", "for (j in 1:J) target += lognormal_lpdf(r[j] | mu * e[j], tau); y ~ normal(r[g], 1);", 6},
		{"log-normal scalar", "real<lower=0> r;", "r ~ lognormal(mu, 0.5); y ~ normal(mu, r);", 1},
		{"log-normal over a latent", "real<lower=0> r; vector[J] theta;", "r ~ lognormal(mu, tau); theta ~ normal(0, r); y ~ normal(theta[g], 1);", 7},
		{"ordered", "ordered[J] c;", "c ~ normal(mu, tau); y ~ normal(c[g], 1);", 6},
		{"ordered, means of their own", "ordered[J] c; vector[J] m;", "m ~ normal(0, 1); c ~ normal(m, tau * e); y ~ normal(mu * c[2], 1);", 6},
		{"ordered vectors", "array[4] ordered[3] c; vector[3] m;",
			"m ~ normal(0, 1); for (j in 1:4) c[j] ~ normal(m, tau); for (n in 1:4) y[n] ~ normal(mu + c[n, 1] * c[n, 3], 1);", 12},
		{"one ordered vector of two", "array[2] ordered[J] c; vector[J] theta;", "c[1] ~ normal(mu, 1); c[2] ~ normal(0, 1); theta ~ normal(c[1, 2], tau); y ~ normal(theta[g], 1);", 12},
		{"factor times standard vectors", "matrix[2, 3] z; cholesky_factor_corr[2] L; vector<lower=0>[2] sd;",
			"matrix[2, 3] b = diag_pre_multiply(sd * tau, L) * z; to_vector(z) ~ std_normal(); sd ~ normal(0, 1); L ~ lkj_corr_cholesky(2); for (j in 1:3) y[j] ~ normal(mu + b[1, j] + b[2, j] * e[j], 1);", 6},
		{"factor with scales of unknown sign", "matrix[2, 3] z; cholesky_factor_corr[2] L; vector<lower=0, upper=pi() / 2>[2] angle;",
			"vector[2] sd = tau * tan(angle); matrix[3, 2] b = rep_matrix([mu, 0.5], 3) + (diag_pre_multiply(sd, L) * z)'; to_vector(z) ~ std_normal(); L ~ lkj_corr_cholesky(2); for (j in 1:3) y[j] ~ normal(b[j, 1] + b[j, 2] * e[j], 1);", 6},
		{"factor times one standard vector", "vector[3] z; cov_matrix[3] S;",
			"vector[3] b = mu + cholesky_decompose(S) * z; z ~ std_normal(); S ~ wishart(5, identity_matrix(3)); y[1:3] ~ normal(b, 1);", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			exact(t, program(t, c.name, hyper+c.parameters, hyperPriors+c.body), c.latents)
		})
	}
}

// TestFind_SaysWhyNot looks at statements that are not mapped.
func TestFind_SaysWhyNot(t *testing.T) {
	for _, c := range []struct{ name, parameters, body, want string }{
		{"two priors", "vector[J] theta;", "theta ~ normal(mu, tau); theta[2] ~ normal(0, 1);", "several distributions"},
		{"one value many times", "real x;", "x ~ normal(e * mu, tau);", "several distributions"},
		{"self-dependent scale", "vector[J] s;", "s[2:J] ~ normal(0, exp(s[1:(J - 1)]));", "scale depends on other elements"},
		{"square of the one before", "vector[J] s;", "s[2:J] ~ normal(square(s[1:(J - 1)]), tau);", "not linear"},
		{"two ways to one element", "vector[J] s;", "s[3:J] ~ normal(s[2:(J - 1)] + s[{2, 2, 4, 4}], tau);", "different distances"},
		{"a product of two before", "vector[J] s;", "s[3:J] ~ normal(s[2:(J - 1)] .* s[1:(J - 2)], tau);", "not linear"},
		{"tree", "vector[J] s;", "s[2:J] ~ normal(s[{1, 1, 1, 2, 2}], tau);", "several elements depend on the same one"},
		{"cycle", "vector[J] s; vector[J] r;", "s ~ normal(r, tau); r ~ normal(s, tau);", "through other parameters"},
		{"other family", "vector[J] s;", "s ~ skew_normal(mu, tau, 1); s[1] ~ exp_mod_normal(mu, tau, 1);", ""},
		{"offset of another kind", "vector<offset=mu>[J] s;", "s ~ normal(0, tau);", "are not location and scale"},
		{"a part with multiplier", "vector<multiplier=tau>[J] s;", "s[1:2] ~ normal(0, tau); s[3] ~ normal(0, 1);", ""},
		{"standard, not elementwise", "vector[J] z;", "z ~ std_normal(); y[1:2] ~ normal(tau * sum(z), 1); y ~ normal(tau * z[g], 1);", ""},
		{"standard, two scales", "vector[J] z;", "z ~ std_normal(); y ~ normal(exp(mu) * z[g], 1); y ~ normal(tau * z[g], 1);", ""},
		{"standard, scale of data", "vector[J] z;", "z ~ std_normal(); y ~ normal(0.5 + e[g] .* z[g], 1);", ""},
		{"standard, a matrix that is not triangular", "vector[2] z; matrix[2, 2] m;", "z ~ std_normal(); to_vector(m) ~ normal(0, 1); y[1:2] ~ normal(m * z, 1);", ""},
		{"long vectors", "vector[11] f;", "f ~ multi_normal(rep_vector(mu, 11), diag_matrix(rep_vector(tau, 11)));", "vectors of 11 elements"},
		{"ordered", "positive_ordered[J] c;", "c ~ normal(mu, tau);", "c is constrained (positive_ordered)"},
		{"a part of an ordered vector", "ordered[J] c;", "c[2:J] ~ normal(mu, tau);", "c is constrained (ordered)"},
		{"a short ordered vector", "ordered[3] c;", "c ~ normal(mu, tau);", "c is constrained (ordered)"},
		{"ordered, by another law", "ordered[J] c;", "c ~ student_t(4, mu, tau);", "c is constrained (ordered)"},
		{"between bounds", "vector<lower=0, upper=1>[J] p;", "p ~ beta(1 + tau, 1 + exp(mu)); y ~ normal(p[g], 1);", "p is constrained"},
		{"bounded", "vector<lower=0>[J] s;", "s ~ normal(mu, tau);", "s is positive"},
	} {
		found := Find(program(t, c.name, hyper+c.parameters, hyperPriors+c.body))
		text := ""
		for _, e := range found.Report {
			text += e.String() + "\n"
		}
		if len(found.Latents) > 0 || !strings.Contains(text, c.want) {
			t.Errorf("%s: %d latents, want none and a reason with %q:\n%s", c.name, len(found.Latents), c.want, text)
		}
	}
}
