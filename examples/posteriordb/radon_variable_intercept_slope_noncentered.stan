// Log radon with county intercepts and slopes, partially pooled, standardised
// county effects.
// Style: transformed parameters by a county loop, density in a row loop.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> county_idx;
  array[N] real log_radon;
  array[N] real floor_measure;
}
parameters {
  real<lower=0> sigma_y;
  real<lower=0> sigma_alpha;
  real<lower=0> sigma_beta;
  vector[J] alpha_raw;
  vector[J] beta_raw;
  real mu_alpha;
  real mu_beta;
}
transformed parameters {
  vector[J] alpha;
  vector[J] beta;
  for (j in 1 : J) {
    alpha[j] = fma(sigma_alpha, alpha_raw[j], mu_alpha);
    beta[j] = fma(sigma_beta, beta_raw[j], mu_beta);
  }
}
model {
  mu_alpha ~ normal(0, 10);
  mu_beta ~ normal(0, 10);
  sigma_alpha ~ std_normal();
  sigma_beta ~ std_normal();
  sigma_y ~ std_normal();
  alpha_raw ~ std_normal();
  beta_raw ~ std_normal();
  for (i in 1 : N) {
    real mean_i = alpha[county_idx[i]] + beta[county_idx[i]] * floor_measure[i];
    log_radon[i] ~ normal(mean_i, sigma_y);
  }
}
