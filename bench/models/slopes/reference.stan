// The same posterior with standardised effects.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  vector[N] x;
  vector[N] y;
}
parameters {
  real mu_a;
  real mu_b;
  real<lower=0> tau_a;
  real<lower=0> tau_b;
  real<lower=0> sigma;
  vector[J] za;
  vector[J] zb;
}
transformed parameters {
  vector[J] a = mu_a + tau_a * za;
  vector[J] b = mu_b + tau_b * zb;
}
model {
  mu_a ~ normal(0, 5);
  mu_b ~ normal(0, 5);
  tau_a ~ normal(0, 2);
  tau_b ~ normal(0, 2);
  sigma ~ normal(0, 2);
  za ~ std_normal();
  zb ~ std_normal();
  y ~ normal(a[group] + b[group] .* x, sigma);
}
