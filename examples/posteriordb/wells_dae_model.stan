// Switching wells by distance, arsenic and schooling.
// Style: bernoulli with inv_logit, coefficient by coefficient.
data {
  int<lower=1> N;
  vector<lower=0>[N] educ;
  vector<lower=0>[N] arsenic;
  vector<lower=0>[N] dist;
  array[N] int<lower=0, upper=1> switched;
}
transformed data {
  real per_100m = inv(100.0);
}
parameters {
  real alpha;
  vector[3] beta;
}
transformed parameters {
  real slope_dist = beta[1] * per_100m;
  real slope_educ = beta[3] / 4;
}
model {
  switched ~ bernoulli(inv_logit(alpha + slope_dist * dist + beta[2] * arsenic
                                 + slope_educ * educ));
}
