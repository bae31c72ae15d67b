// Log radon with one independent intercept for each county.
// Style: multiple indexing in a vectorised statement.
data {
  int<lower=1> J;
  int<lower=1> N;
  array[N] int<lower=1, upper=J> county_idx;
  vector[N] log_radon;
  vector[N] floor_measure;
}
parameters {
  vector[J] alpha;
  real beta;
  real<lower=0> sigma_y;
}
model {
  alpha ~ normal(0, 10);
  beta ~ normal(0, 10);
  sigma_y ~ normal(0, 1);
  log_radon ~ normal(alpha[county_idx] + beta * floor_measure, sigma_y);
}
