// Test scores of children by whether the mother finished high school.
// Style: a loop with a conditional expression; half-Cauchy scale.
data {
  int<lower=1> N;
  array[N] int<lower=0, upper=1> mom_hs;
  array[N] real kid_score;
}
parameters {
  vector[2] beta;
  real<lower=0> sigma;
}
model {
  for (i in 1 : N) {
    kid_score[i] ~ normal(mom_hs[i] ? beta[1] + beta[2] : beta[1], sigma);
  }
  sigma ~ cauchy(0, 2.5);
}
generated quantities {
  real gap = beta[2];
  int with_hs_ahead = beta[2] > 0;
}
