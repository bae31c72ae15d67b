// Switching wells by distance, arsenic and their product.
// Style: the logistic likelihood written with log1p_exp.
data {
  int<lower=1> N;
  vector<lower=0>[N] dist;
  vector<lower=0>[N] arsenic;
  array[N] int<lower=0, upper=1> switched;
}
transformed data {
  vector[N] d = dist / 100;
  vector[N] outcome = to_vector(switched);
}
parameters {
  real alpha;
  vector[3] beta;
}
model {
  vector[N] eta = alpha + beta[1] * d + beta[2] * arsenic + beta[3] * d .* arsenic;
  target += dot_product(outcome, eta) - sum(log1p_exp(eta));
}
