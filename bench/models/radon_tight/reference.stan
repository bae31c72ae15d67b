// The same posterior with standardised levels.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  vector[N] floor;
  vector[N] y;
}
parameters {
  real mu;
  real<lower=0> tau;
  real beta;
  real<lower=0> sigma;
  vector[J] z;
}
transformed parameters {
  vector[J] a = mu + tau * z;
}
model {
  mu ~ normal(0, 5);
  tau ~ normal(0, 1);
  beta ~ normal(0, 5);
  sigma ~ normal(0, 1);
  z ~ std_normal();
  y ~ normal(a[group] + beta * floor, sigma);
}
