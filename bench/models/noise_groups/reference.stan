// The same posterior with standardised means and log scales.
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
  vector[J] z;
  vector[J] w;
}
transformed parameters {
  vector[J] theta = mu + tau * z;
  vector[J] log_sigma = level + spread * w;
}
model {
  mu ~ normal(0, 5);
  tau ~ normal(0, 2);
  level ~ normal(0, 1);
  spread ~ normal(0, 1);
  z ~ std_normal();
  w ~ std_normal();
  y ~ normal(theta[group], exp(log_sigma[group]));
}
