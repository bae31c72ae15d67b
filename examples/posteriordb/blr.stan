// Bayesian linear regression on given predictors, half-normal noise scale.
// Style: rows of the matrix in a loop, priors by sampling statements.
data {
  int<lower=1> D;
  int<lower=1> N;
  vector[N] y;
  matrix[N, D] X;
}
parameters {
  vector[D] beta;
  real<lower=0> sigma;
}
model {
  for (i in 1 : N) {
    y[i] ~ normal(X[i] * beta, sigma);
  }
  beta ~ normal(0, 10);
  sigma ~ normal(0, 10);
}
