// Groups of very different sizes share a slope; their levels are centred.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  vector[N] floor;
  vector[N] y;
}
parameters {
  real mu;
  real<lower=0> tau;
  real beta;
  real<lower=0> sigma;
  vector[J] a;
}
model {
  mu ~ normal(0, 5);
  tau ~ normal(0, 1);
  beta ~ normal(0, 5);
  sigma ~ normal(0, 1);
  a ~ normal(mu, tau);
  y ~ normal(a[group] + beta * floor, sigma);
}
