// Test scores of children by the mother's schooling and IQ.
// Style: append_col design, residuals, with scores predicted at new values.
data {
  int<lower=1> N;
  vector<lower=0, upper=200>[N] kid_score;
  vector<lower=0, upper=1>[N] mom_hs;
  vector<lower=0, upper=200>[N] mom_iq;
}
transformed data {
  matrix[N, 2] covariates = append_col(mom_hs, mom_iq);
}
parameters {
  vector[3] beta;
  real<lower=0> sigma;
}
model {
  vector[N] residual = kid_score - (beta[1] + covariates * tail(beta, 2));
  sigma ~ cauchy(0, 2.5);
  residual ~ normal(0, sigma);
}
generated quantities {
  real average_score = beta[1] + dot_product(tail(beta, 2), [0.8, 100]);
}
