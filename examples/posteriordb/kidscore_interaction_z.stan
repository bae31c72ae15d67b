// As kidscore_interaction with predictors scaled by two standard deviations.
// Style: columns scaled in a loop over a matrix, local block for the fit.
data {
  int<lower=1> N;
  vector[N] kid_score;
  vector[N] mom_hs;
  vector[N] mom_iq;
}
transformed data {
  matrix[N, 3] Z = append_col(append_col(mom_hs, mom_iq), zeros_vector(N));
  for (k in 1 : 2) {
    Z[ : , k] -= mean(Z[ : , k]);
    Z[ : , k] /= 2 * sd(Z[ : , k]);
  }
  Z[ : , 3] = Z[ : , 1] .* Z[ : , 2];
}
parameters {
  vector[4] beta;
  real<lower=0> sigma;
}
model {
  {
    vector[N] fit = Z * beta[2 : 4];
    kid_score ~ normal(fit + beta[1], sigma);
  }
}
