// As kidscore_interaction with both predictors centred, flat priors.
// Style: centring by explicit loops; replicated data in generated quantities.
data {
  int<lower=1> N;
  vector[N] mom_hs;
  vector[N] mom_iq;
  vector[N] kid_score;
}
transformed data {
  real hs_mean = 0;
  real iq_mean = 0;
  vector[N] hs;
  vector[N] iq;
  for (i in 1 : N) {
    hs_mean += mom_hs[i] / N;
    iq_mean += mom_iq[i] / N;
  }
  for (i in 1 : N) {
    hs[i] = mom_hs[i] - hs_mean;
    iq[i] = mom_iq[i] - iq_mean;
  }
}
parameters {
  vector[4] beta;
  real<lower=0> sigma;
}
model {
  kid_score ~ normal(beta[1] + hs * beta[2] + iq .* (beta[3] + hs * beta[4]),
                     sigma);
}
generated quantities {
  array[N] real score_rep;
  score_rep = normal_rng(beta[1] + hs * beta[2] + iq .* (beta[3] + hs * beta[4]),
                         sigma);
}
