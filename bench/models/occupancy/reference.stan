// The same posterior, standardised.
data {
  int<lower=1> S;
  int<lower=1> V;
  int<lower=1> R;
  array[S] int<lower=0, upper=V> y;
  array[S] int<lower=1, upper=R> region;
}
parameters {
  vector[R] u;
  real mu_a;
  real<lower=0> s_a;
  vector[S] v;
  real mu_d;
  real<lower=0> s_d;
}
transformed parameters {
  vector[R] a = mu_a + s_a * u;
  vector[S] d = mu_d + s_d * v;
}
model {
  mu_a ~ normal(0, 1.5);
  s_a ~ normal(0, 1);
  u ~ std_normal();
  mu_d ~ normal(0, 1.5);
  s_d ~ normal(0, 1);
  v ~ std_normal();
  for (s in 1 : S) {
    if (y[s] > 0) {
      target += bernoulli_logit_lpmf(1 | a[region[s]]) + binomial_logit_lpmf(y[s] | V, d[s]);
    } else {
      target += log_sum_exp(bernoulli_logit_lpmf(1 | a[region[s]]) + binomial_logit_lpmf(0 | V, d[s]),
                            bernoulli_logit_lpmf(0 | a[region[s]]));
    }
  }
}
