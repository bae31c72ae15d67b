// Counts with an exposure in groups whose log rates share a population, centred.
data {
  int<lower=1> J;
  array[J] int<lower=0> y;
  vector<lower=0>[J] exposure;
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[J] theta;
}
model {
  mu ~ normal(0, 2);
  tau ~ normal(0, 1);
  theta ~ normal(mu, tau);
  y ~ poisson_log(theta + log(exposure));
}
