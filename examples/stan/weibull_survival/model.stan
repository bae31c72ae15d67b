// Times to failure under two treatments; who had not failed when the study
// ended is censored there.
data {
  int<lower=0> N_failed;
  int<lower=0> N_censored;
  vector<lower=0>[N_failed] t_failed;
  vector<lower=0>[N_censored] t_censored;
  array[N_failed] int<lower=0, upper=1> treated_failed;
  array[N_censored] int<lower=0, upper=1> treated_censored;
}
parameters {
  real<lower=0> shape;
  real log_scale;
  real effect;
}
model {
  shape ~ gamma(2, 1);
  log_scale ~ normal(2, 2);
  effect ~ normal(0, 1);
  for (i in 1 : N_failed) {
    t_failed[i] ~ weibull(shape, exp(log_scale + effect * treated_failed[i]));
  }
  for (i in 1 : N_censored) {
    target += weibull_lccdf(t_censored[i] | shape,
                            exp(log_scale + effect * treated_censored[i]));
  }
}
generated quantities {
  vector[2] median_time;
  for (arm in 0 : 1) {
    median_time[arm + 1] = exp(log_scale + effect * arm) * log2() ^ (1 / shape);
  }
}
