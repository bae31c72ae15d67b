// Log radon with county intercepts and slopes, partially pooled, centred.
// Style: two multiple indexes and an elementwise product.
data {
  int<lower=1> J;
  int<lower=1> N;
  vector[N] log_radon;
  vector[N] floor_measure;
  array[N] int<lower=1, upper=J> county_idx;
}
parameters {
  real<lower=0> sigma_y;
  real<lower=0> sigma_alpha;
  real<lower=0> sigma_beta;
  vector[J] alpha;
  vector[J] beta;
  real mu_alpha;
  real mu_beta;
}
model {
  log_radon ~ normal(alpha[county_idx] + floor_measure .* beta[county_idx], sigma_y);
  alpha ~ normal(mu_alpha, sigma_alpha);
  beta ~ normal(mu_beta, sigma_beta);
  [mu_alpha, mu_beta] ~ normal(0, 10);
  [sigma_alpha, sigma_beta, sigma_y] ~ std_normal();
}
