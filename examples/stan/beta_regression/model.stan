// Shares between zero and one, with a logit-linear mean and a precision.
data {
  int<lower=1> N;
  array[N] real x;
  array[N] real<lower=0, upper=1> share;
}
parameters {
  real a;
  real b;
  real<lower=0> precision;
}
model {
  for (n in 1 : N) {
    real m = inv_logit(a + b * x[n]);
    target += beta_lpdf(share[n] | m * precision, (1 - m) * precision);
  }
  target += normal_lpdf(a | 0, 2) + normal_lpdf(b | 0, 2);
  target += gamma_lpdf(precision | 2, 0.1);
}
