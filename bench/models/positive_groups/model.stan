// Positive group effects from a truncated normal population, centred.
data {
  int<lower=1> J;
  vector[J] y;
  vector<lower=0>[J] se;
}
parameters {
  real<lower=0> mu;
  real<lower=0> tau;
  vector<lower=0>[J] theta;
}
model {
  mu ~ normal(0, 3);
  tau ~ normal(0, 2);
  for (j in 1 : J) {
    theta[j] ~ normal(mu, tau) T[0, ];
  }
  y ~ normal(theta, se);
}
