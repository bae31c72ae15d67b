// A binary outcome and K predictors.
data {
  int<lower=1> N;
  int<lower=1> K;
  matrix[N, K] X;
  array[N] int<lower=0, upper=1> y;
}
parameters {
  real alpha;
  vector[K] beta;
}
model {
  y ~ bernoulli_logit(X * beta + alpha);
  alpha ~ normal(0, 10);
  beta ~ normal(0, 10);
}
