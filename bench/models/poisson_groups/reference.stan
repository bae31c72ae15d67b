// The same posterior with standardised log rates.
data {
  int<lower=1> J;
  array[J] int<lower=0> y;
  vector<lower=0>[J] exposure;
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
  mu ~ normal(0, 2);
  tau ~ normal(0, 1);
  z ~ std_normal();
  y ~ poisson_log(theta + log(exposure));
}
