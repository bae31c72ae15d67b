// Test scores of children by the mother's IQ.
// Style: unpacked coefficients in the model block, log density increments.
data {
  int<lower=1> N;
  vector<lower=0, upper=200>[N] mom_iq;
  vector<lower=0, upper=200>[N] kid_score;
}
parameters {
  vector[2] beta;
  real<lower=0> sigma;
}
model {
  real level = beta[1];
  real slope = beta[2];
  target += cauchy_lpdf(sigma | 0, 2.5);
  target += normal_lupdf(kid_score | fma(slope, mom_iq, level), sigma);
}
