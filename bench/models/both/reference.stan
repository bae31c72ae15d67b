// The same posterior with standardised effects.
data {
  int<lower=1> J;
  vector[J] y;
  real<lower=0> noise;
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[J] z;
}
transformed parameters {
  vector[J] theta = mu + tau * z;
}
model {
  mu ~ normal(0, 5);
  tau ~ normal(0, 5);
  z ~ std_normal();
  y ~ normal(theta, noise);
}
