// Four precise groups close to each other: centred is the right form where tau is
// large and the wrong one where it is small, and both have mass.
data {
  int<lower=1> J;
  vector[J] y;
  real<lower=0> noise;
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[J] theta;
}
model {
  mu ~ normal(0, 5);
  tau ~ normal(0, 5);
  theta ~ normal(mu, tau);
  y ~ normal(theta, noise);
}
