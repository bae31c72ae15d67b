package latent

import (
	"slices"
	"testing"
)

// TestFind_ExactForSeveralLags: chains whose elements depend on several before
// them.
func TestFind_ExactForSeveralLags(t *testing.T) {
	for _, c := range []struct {
		name, parameters, body string
		latents, links         int
	}{
		{"two lags", "vector[J] s; real a; real b;",
			"a ~ normal(0, 1); b ~ normal(0, 1); s[3:J] ~ normal(a * s[2:(J - 1)] + b * s[1:(J - 2)] + mu, tau); s[1:2] ~ normal(0, 1); y ~ normal(s[g], 1);", 4, 5},
		{"two lags in a loop, all mapped", "vector[J] s; real a; real b;",
			"a ~ normal(0, 1); b ~ normal(0, 1); s[1:2] ~ normal(mu, tau); for (j in 3:J) s[j] ~ normal(mu + a * (s[j - 1] - mu) + b * (s[j - 2] - mu), tau * e[j]); y ~ normal(s[g], 1);", 6, 8},
		{"second differences", "vector[J] s;", "s[1:2] ~ normal(mu, 1); s[3:J] ~ normal(2 * s[2:(J - 1)] - s[1:(J - 2)], tau); y ~ normal(s[g], 1);", 6, 8},
		{"season in a loop", "vector[J] s;", "s[1:3] ~ normal(0, 1); for (j in 4:J) s[j] ~ normal(-sum(s[(j - 3):(j - 1)]), tau); y ~ normal(s[g], 1);", 3, 3},
		{"season, written out", "vector[4] s;", "s[1:3] ~ normal(0, tau); s[4] ~ normal(-sum(s[1:3]), tau); y[1:4] ~ normal(s, 1);", 4, 3},
		{"lags one and three", "vector[J] s; real a;",
			"a ~ normal(0, 1); s[1:3] ~ normal(mu, tau); for (j in 4:J) s[j] ~ normal(a * s[j - 1] - s[j - 3] / 2, tau); y ~ normal(s[g], 1);", 6, 6},
		{"lag three alone", "vector[J] s;", "s[1:3] ~ normal(mu, tau); s[4:J] ~ normal(s[1:(J - 3)], tau); y ~ normal(s[g], 1);", 6, 3},
		{"coefficients as a vector", "vector[J] s; vector[2] a;",
			"a ~ normal(0, 1); for (j in 3:J) { real m = mu; for (k in 1:2) m += a[k] * s[j - k]; s[j] ~ normal(m, tau); } s[1:2] ~ normal(0, 1); y ~ normal(s[g], 1);", 4, 5},
		{"a loop with conditions", "vector[J] s; real a;",
			"a ~ normal(0, 1); for (j in 1:J) { if (j == 1) s[j] ~ normal(mu, tau); else if (j == 2) s[j] ~ normal(a * s[1], tau); else s[j] ~ normal(a * s[j - 1] - s[j - 2], tau); } y ~ normal(s[g], 1);", 6, 9},
		{"two series side by side", "matrix[4, 2] s; real a;",
			"a ~ normal(0, 1); for (k in 1:2) { s[1:2, k] ~ normal(mu, tau); for (j in 3:4) s[j, k] ~ normal(a * s[j - 1, k] - s[j - 2, k], tau); } y[1:8] ~ normal(to_vector(s), 1);", 8, 8},
		{"over a walk of its slope", "vector[J] s; vector[J] d;",
			"d[1] ~ normal(0, 1); d[2:J] ~ normal(d[1:(J - 1)], tau); s[1:2] ~ normal(mu, tau); s[3:J] ~ normal(s[2:(J - 1)] - 0.3 * s[1:(J - 2)] + d[2:(J - 1)], tau); y ~ normal(s[g], 1);", 11, 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := program(t, c.name, hyper+c.parameters, hyperPriors+c.body)
			exact(t, m, c.latents)
			links := 0
			for _, l := range Find(m).Latents {
				links += len(l.Previous)
				if !slices.IsSortedFunc(l.Previous, func(a, b int) int { return b - a }) {
					t.Errorf("the latents before are %v, the nearest is not first", l.Previous)
				}
			}
			if links != c.links {
				t.Errorf("%d links, want %d", links, c.links)
			}
		})
	}
}
