// Sparse regression with a horseshoe prior (Carvalho, Polson and Scott 2010),
// standardised effects.
data {
  int<lower=1> K;
  int<lower=1> N;
  matrix[N, K] X;
  vector[N] y;
}
parameters {
  vector[K] z;
  vector<lower=0>[K] local;
  real<lower=0> global;
  real<lower=0> sigma;
}
transformed parameters {
  vector[K] beta = global * local .* z;
}
model {
  z ~ std_normal();
  local ~ cauchy(0, 1);
  global ~ cauchy(0, sigma);
  sigma ~ normal(0, 2);
  y ~ normal(X * beta, sigma);
}
