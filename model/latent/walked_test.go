package latent

import "testing"

// TestFind_ExactForWalksOfStandardLatents: walks that a model computes from
// standard latents, by a loop or a running sum.
func TestFind_ExactForWalksOfStandardLatents(t *testing.T) {
	for _, c := range []struct {
		name, parameters, body string
		latents, links         int
	}{
		{"running sum", "vector[J] z;", "vector[J] x = cumulative_sum(tau * z); z ~ std_normal(); y ~ normal(x[g], 1);", 6, 5},
		{"running sum with a start", "vector[J] z;", "vector[J] x = mu + cumulative_sum(tau * z); z ~ std_normal(); y ~ normal(x[g], 1);", 6, 5},
		{"running sum, times", "vector[J] z;", "vector[J] x = mu + tau * cumulative_sum(z); z ~ std_normal(); y ~ normal(x[g], exp(0.1 * x[2]));", 6, 5},
		{"running sum with drift", "vector[J] z; real b;", "vector[J] x = cumulative_sum(tau * (e .* z) + b * e); b ~ normal(0, 1); z ~ std_normal(); y ~ normal(mu + x[g], 1);", 6, 5},
		{"running sum of some", "vector[J] z;", "vector[J] x = append_row(mu, mu + cumulative_sum(tau * z[1:(J - 1)])); z ~ std_normal(); y ~ normal(x[g] + z[g], 1);", 6, 4},
		{"running sum from a start", "vector[J - 1] z; real s; real b;",
			"vector[J] x = cumulative_sum(append_row(s, b + tau * z)); s ~ normal(0, 1); b ~ normal(0, 1); z ~ std_normal(); y ~ normal(x[g], 1);", 5, 4},
		{"running sum from a start, plus", "vector[J - 1] z; real s;",
			"vector[J] x = mu + tau * cumulative_sum(append_row(s, z)); s ~ normal(0, 1); z ~ std_normal(); y ~ normal(x[g], exp(0.1 * x[1])); x[2] ~ normal(0, 1);", 5, 4},
		{"loop", "vector[J] z;", "vector[J] x; x[1] = mu; for (j in 2:J) x[j] = x[j - 1] + tau * z[j - 1]; z ~ std_normal(); y ~ normal(x[g], 1);", 6, 4},
		{"loop with a mapped start", "vector[J] z;", "vector[J] x; x[1] = mu + tau * z[1]; for (j in 2:J) x[j] = x[j - 1] + tau * z[j]; z ~ std_normal(); y ~ normal(x[g], 1);", 6, 5},
		{"autoregression in place", "vector[J] z; real<lower=-1, upper=1> phi;",
			"vector[J] h = z * tau; h[1] /= sqrt(1 - phi^2); h += mu; for (j in 2:J) h[j] += phi * (h[j - 1] - mu); z ~ std_normal(); y ~ normal(0, exp(h[g] / 2));", 6, 5},
		{"loop with drift and data", "vector[J] z; real phi;",
			"vector[J] x; phi ~ normal(0, 1); x[1] = z[1]; for (j in 2:J) x[j] = mu * e[j] - phi * e[j - 1] * x[j - 1] + tau * e[j] * z[j]; z ~ std_normal(); y ~ normal(x[g] + z[g], 1);", 6, 5},
		{"scale of any sign", "vector[J] z; real b;", "vector[J] x; b ~ normal(0, 1); x[1] = mu; for (j in 2:J) x[j] = x[j - 1] + b * z[j]; z ~ std_normal(); y ~ normal(x[g], 1);", 6, 4},
		{"two walks of a matrix", "matrix[4, 2] z; vector<lower=0>[2] sd;",
			"matrix[4, 2] x; sd ~ normal(0, 1); for (k in 1:2) x[, k] = mu + cumulative_sum(sd[k] * z[, k]); to_vector(z) ~ std_normal(); y[1:8] ~ normal(to_vector(x), 1);", 8, 6},
		{"Student steps", "vector[J] z;", "vector[J] x; x[1] = mu; for (j in 2:J) x[j] = x[j - 1] + tau * z[j]; z ~ student_t(5, 0, 1); y ~ normal(x[g], 1);", 6, 4},
		{"over a centred drift", "vector[J] z; vector[J] d;",
			"vector[J] x; d ~ normal(mu, tau); x[1] = d[1]; for (j in 2:J) x[j] = x[j - 1] + d[j] + tau * z[j]; z ~ std_normal(); y ~ normal(x[g], 1);", 12, 4},
		{"under a centred level", "vector[J] z; vector[J] d;",
			"vector[J] x = cumulative_sum(tau * z); d ~ normal(x, exp(x[3])); z ~ std_normal(); y ~ normal(d[g], 1);", 12, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := program(t, c.name, hyper+c.parameters, hyperPriors+c.body)
			exact(t, m, c.latents)
			links := 0
			found := Find(m)
			for _, l := range found.Latents {
				links += len(l.Previous)
			}
			if links != c.links {
				t.Errorf("%d links, want %d: %v", links, c.links, found.Report)
			}
		})
	}
}
