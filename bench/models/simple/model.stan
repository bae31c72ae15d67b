// One sample from a normal distribution of unknown location and scale.
data {
  int<lower=1> N;
  vector[N] y;
}
parameters {
  real mu;
  real<lower=0> sigma;
}
model {
  y ~ normal(mu, sigma);
  mu ~ normal(0, 10);
  sigma ~ normal(0, 5);
}
