// Binary outcomes in groups of unequal sizes, log odds centred, one predictor.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  vector[N] x;
  array[N] int<lower=0, upper=1> y;
}
parameters {
  real mu;
  real<lower=0> tau;
  real beta;
  vector[J] theta;
}
model {
  mu ~ normal(0, 2);
  tau ~ normal(0, 1);
  beta ~ normal(0, 2);
  theta ~ normal(mu, tau);
  y ~ bernoulli_logit(theta[group] + beta * x);
}
