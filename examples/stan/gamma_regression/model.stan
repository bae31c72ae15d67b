// Positive amounts with a log-linear mean and gamma noise.
data {
  int<lower=1> N;
  vector[N] x;
  vector<lower=0>[N] amount;
}
parameters {
  real a;
  real b;
  real<lower=0> shape;
}
transformed parameters {
  vector<lower=0>[N] mu = exp(a + b * x);
}
model {
  a ~ normal(0, 3);
  b ~ normal(0, 3);
  shape ~ gamma(2, 0.5);
  amount ~ gamma(shape, shape ./ mu);
}
generated quantities {
  array[N] real amount_rep = gamma_rng(shape, shape ./ mu);
}
