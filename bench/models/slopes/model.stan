// An intercept and a slope per group, independent, centred.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  vector[N] x;
  vector[N] y;
}
parameters {
  real mu_a;
  real mu_b;
  real<lower=0> tau_a;
  real<lower=0> tau_b;
  real<lower=0> sigma;
  vector[J] a;
  vector[J] b;
}
model {
  mu_a ~ normal(0, 5);
  mu_b ~ normal(0, 5);
  tau_a ~ normal(0, 2);
  tau_b ~ normal(0, 2);
  sigma ~ normal(0, 2);
  a ~ normal(mu_a, tau_a);
  b ~ normal(mu_b, tau_b);
  y ~ normal(a[group] + b[group] .* x, sigma);
}
