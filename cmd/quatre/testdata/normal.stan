data {
  int<lower=1> N;
  vector[N] y;
  real<lower=0> scale;
}
parameters {
  real mu;
  real<lower=0> sigma;
}
model {
  mu ~ normal(0, scale);
  sigma ~ exponential(1);
  y ~ normal(mu, sigma);
}
generated quantities {
  real ahead = normal_rng(mu, sigma);
}
