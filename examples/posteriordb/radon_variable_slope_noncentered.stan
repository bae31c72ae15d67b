// Log radon with one intercept and county slopes, standardised effects.
// Style: the non-centred map written inside the model block.
data {
  int<lower=1> N;
  int<lower=1> J;
  vector[N] log_radon;
  array[N] int<lower=1, upper=J> county_idx;
  vector[N] floor_measure;
}
parameters {
  real alpha;
  vector[J] beta_raw;
  real mu_beta;
  real<lower=0> sigma_beta;
  real<lower=0> sigma_y;
}
model {
  vector[J] beta = mu_beta + beta_raw * sigma_beta;
  beta_raw ~ normal(0, 1);
  alpha ~ normal(0, 10);
  mu_beta ~ normal(0, 10);
  sigma_beta ~ normal(0, 1);
  sigma_y ~ normal(0, 1);
  log_radon ~ normal(alpha + beta[county_idx] .* floor_measure, sigma_y);
}
generated quantities {
  vector[J] beta = mu_beta + sigma_beta * beta_raw;
}
