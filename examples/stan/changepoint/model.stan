// Yearly counts whose rate changes once; the year of the change is summed
// out, every candidate weighed by a loop over all years.
data {
  int<lower=2> T;
  array[T] int<lower=0> count;
}
transformed data {
  real log_uniform = -log(T);
}
parameters {
  real<lower=0> early;
  real<lower=0> late;
}
transformed parameters {
  vector[T] log_weight = rep_vector(log_uniform, T);
  for (change in 1 : T) {
    for (t in 1 : T) {
      log_weight[change] += poisson_lpmf(count[t] | t < change ? early : late);
    }
  }
}
model {
  early ~ exponential(0.25);
  late ~ exponential(0.25);
  target += log_sum_exp(log_weight);
}
generated quantities {
  int change = categorical_logit_rng(log_weight);
}
