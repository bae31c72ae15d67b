// Groups with a mean and a noise scale each, both from populations, centred: on
// the log scale for the noise.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  vector[N] y;
}
parameters {
  real mu;
  real<lower=0> tau;
  real level;
  real<lower=0> spread;
  vector[J] theta;
  vector[J] log_sigma;
}
model {
  mu ~ normal(0, 5);
  tau ~ normal(0, 2);
  level ~ normal(0, 1);
  spread ~ normal(0, 1);
  theta ~ normal(mu, tau);
  log_sigma ~ normal(level, spread);
  y ~ normal(theta[group], exp(log_sigma[group]));
}
