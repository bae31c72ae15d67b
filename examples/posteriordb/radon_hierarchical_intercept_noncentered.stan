// Log radon by floor, with county intercepts that lean on soil uranium.
// Style: normal_id_glm whose intercept is a vector of county effects.
data {
  int<lower=1> N;
  int<lower=1> J;
  vector[N] log_radon;
  vector[N] floor_measure;
  vector[N] log_uppm;
  array[N] int<lower=1, upper=J> county_idx;
}
transformed data {
  matrix[N, 2] covariates = append_col(log_uppm, floor_measure);
}
parameters {
  vector[J] alpha_raw;
  vector[2] beta;
  real mu_alpha;
  real<lower=0> sigma_alpha;
  real<lower=0> sigma_y;
}
transformed parameters {
  vector[J] alpha = mu_alpha + sigma_alpha * alpha_raw;
}
model {
  log_radon ~ normal_id_glm(covariates, alpha[county_idx], beta, sigma_y);
  alpha_raw ~ std_normal();
  beta ~ normal(0, 10);
  mu_alpha ~ normal(0, 10);
  sigma_alpha ~ normal(0, 1);
  sigma_y ~ normal(0, 1);
}
