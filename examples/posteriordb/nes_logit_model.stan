// Vote by income, a logistic regression with flat priors.
// Style: vectorised bernoulli_logit on an explicit predictor.
data {
  int<lower=1> N;
  array[N] int<lower=0, upper=1> vote;
  vector[N] income;
}
parameters {
  real alpha;
  vector[1] beta;
}
model {
  vote ~ bernoulli_logit(alpha + beta[1] * income);
}
generated quantities {
  vector[5] p_by_income;
  for (level in 1 : 5) {
    p_by_income[level] = inv_logit(alpha + beta[1] * level);
  }
}
