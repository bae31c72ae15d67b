// Two samples whose means come from one population, centred; the noise is common.
data {
  int<lower=1> N;
  vector[N] y_a;
  vector[N] y_b;
}
parameters {
  real mu_global;
  real<lower=0> sigma_global;
  real alpha;
  real beta;
  real<lower=0> sigma_obs;
}
model {
  mu_global ~ normal(0, 10);
  sigma_global ~ exponential(1);
  sigma_obs ~ exponential(0.5);
  alpha ~ normal(mu_global, sigma_global);
  beta ~ normal(mu_global, sigma_global);
  y_a ~ normal(alpha, sigma_obs);
  y_b ~ normal(beta, sigma_obs);
}
