// Log radon by county only, partially pooled, centred.
// Style: loop over the rows, priors by target +=.
data {
  int<lower=1> J;
  int<lower=1> N;
  vector[N] log_radon;
  array[N] int<lower=1, upper=J> county_idx;
}
parameters {
  vector[J] alpha;
  real mu_alpha;
  real<lower=0> sigma_alpha;
  real<lower=0> sigma_y;
}
model {
  target += normal_lpdf(mu_alpha | 0, 10);
  target += std_normal_lpdf(sigma_alpha);
  target += std_normal_lpdf(sigma_y);
  target += normal_lpdf(alpha | mu_alpha, sigma_alpha);
  for (i in 1 : N) {
    int home = county_idx[i];
    log_radon[i] ~ normal(alpha[home], sigma_y);
  }
}
