// Yearly earnings as a straight line in height, flat priors.
// Style: one vectorised statement on a named linear predictor.
data {
  int<lower=1> N;
  vector<lower=0>[N] earn;    // dollars a year
  vector<lower=0>[N] height;  // inches
}
parameters {
  vector[2] beta;  // intercept, dollars per inch
  real<lower=0> sigma;
}
model {
  vector[N] expected = beta[1] + height * beta[2];
  earn ~ normal(expected, sigma);
}
generated quantities {
  real earn_at_66 = normal_rng(beta[1] + 66 * beta[2], sigma);
}
