// Test scores by the mother's schooling, IQ and their product.
// Style: normal_id_glm with all columns, intercept included in the matrix.
data {
  int<lower=1> N;
  vector<lower=0, upper=200>[N] mom_iq;
  vector<lower=0, upper=1>[N] mom_hs;
  vector<lower=0, upper=200>[N] kid_score;
}
transformed data {
  matrix[N, 4] X = [ones_row_vector(N), mom_hs', mom_iq', (mom_hs .* mom_iq)']';
}
parameters {
  vector[4] beta;
  real<lower=0> sigma;
}
model {
  sigma ~ cauchy(0, 2.5);
  target += normal_id_glm_lpdf(kid_score | X, 0, beta, sigma);
}
