// Sites that are occupied or not, by region, and seen or not on each visit.
data {
  int<lower=1> S;
  int<lower=1> V;
  int<lower=1> R;
  array[S] int<lower=0, upper=V> y;
  array[S] int<lower=1, upper=R> region;
}
parameters {
  vector[R] a;
  real mu_a;
  real<lower=0> s_a;
  vector[S] d;
  real mu_d;
  real<lower=0> s_d;
}
model {
  mu_a ~ normal(0, 1.5);
  s_a ~ normal(0, 1);
  a ~ normal(mu_a, s_a);
  mu_d ~ normal(0, 1.5);
  s_d ~ normal(0, 1);
  d ~ normal(mu_d, s_d);
  for (s in 1 : S) {
    if (y[s] > 0) {
      target += bernoulli_logit_lpmf(1 | a[region[s]]) + binomial_logit_lpmf(y[s] | V, d[s]);
    } else {
      target += log_sum_exp(bernoulli_logit_lpmf(1 | a[region[s]]) + binomial_logit_lpmf(0 | V, d[s]),
                            bernoulli_logit_lpmf(0 | a[region[s]]));
    }
  }
}
