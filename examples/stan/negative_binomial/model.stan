// Overdispersed counts: negative binomial with a log-linear mean, and the
// dispersion given through its inverse square root.
data {
  int<lower=1> N;
  array[N] int<lower=0> y;
  array[N] real x;
}
parameters {
  real a;
  real b;
  real<lower=0> inv_sqrt_phi;
}
transformed parameters {
  real<lower=0> phi = inv_square(inv_sqrt_phi);
}
model {
  a ~ normal(0, 2.5);
  b ~ normal(0, 2.5);
  inv_sqrt_phi ~ normal(0, 1);
  for (n in 1 : N) {
    y[n] ~ neg_binomial_2_log(a + b * x[n], phi);
  }
}
generated quantities {
  array[N] real log_lik;
  for (n in 1 : N) {
    log_lik[n] = neg_binomial_2_log_lpmf(y[n] | a + b * x[n], phi);
  }
}
