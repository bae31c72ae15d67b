// Switching wells by distance and arsenic.
// Style: bernoulli_logit_glm on columns put together by append_col.
data {
  int<lower=1> N;
  vector<lower=0>[N] arsenic;
  vector<lower=0>[N] dist;
  array[N] int<lower=0, upper=1> switched;
}
transformed data {
  matrix[N, 2] design = append_col(dist * 0.01, arsenic);
}
parameters {
  real alpha;
  vector[2] beta;
}
model {
  target += bernoulli_logit_glm_lpmf(switched | design, alpha, beta);
}
