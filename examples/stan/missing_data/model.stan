// A regression in which some of the predictor's values are missing; they are
// parameters with the distribution of the others.
data {
  int<lower=0> N_seen;
  int<lower=0> N_missing;
  array[N_seen] int<lower=1, upper=N_seen + N_missing> at_seen;
  array[N_missing] int<lower=1, upper=N_seen + N_missing> at_missing;
  vector[N_seen] x_seen;
  vector[N_seen + N_missing] y;
}
transformed data {
  int N = N_seen + N_missing;
}
parameters {
  vector[N_missing] x_missing;
  real mu_x;
  real<lower=0> sigma_x;
  real a;
  real b;
  real<lower=0> sigma;
}
transformed parameters {
  vector[N] x;
  x[at_seen] = x_seen;
  x[at_missing] = x_missing;
}
model {
  x ~ normal(mu_x, sigma_x);
  y ~ normal(a + b * x, sigma);
  mu_x ~ normal(0, 5);
  a ~ normal(0, 5);
  b ~ normal(0, 5);
  sigma_x ~ exponential(1);
  sigma ~ exponential(1);
}
