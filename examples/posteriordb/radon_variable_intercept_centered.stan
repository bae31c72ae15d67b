// Log radon by floor with a county intercept, partially pooled, centred.
// Style: location inside the county loop, row loop with +=.
data {
  int<lower=1> N;
  int<lower=1> J;
  vector[N] floor_measure;
  array[N] int<lower=1, upper=J> county_idx;
  vector[N] log_radon;
}
parameters {
  vector[J] alpha;
  real beta;
  real mu_alpha;
  real<lower=0> sigma_alpha;
  real<lower=0> sigma_y;
}
model {
  vector[N] eta = beta * floor_measure;
  for (i in 1 : N) {
    eta[i] += alpha[county_idx[i]];
  }
  target += normal_lpdf(log_radon | eta, sigma_y);
  for (j in 1 : J) {
    alpha[j] ~ normal(mu_alpha, sigma_alpha);
  }
  mu_alpha ~ normal(0, 10);
  beta ~ normal(0, 10);
  sigma_alpha ~ normal(0, 1);
  sigma_y ~ normal(0, 1);
}
generated quantities {
  real new_county = normal_rng(mu_alpha, sigma_alpha);
}
