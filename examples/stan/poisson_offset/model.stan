// Counts of accidents per site, with the exposure of each site as an offset
// and an effect for each of several regions.
data {
  int<lower=1> N;
  int<lower=1> R;
  array[N] int<lower=0> accidents;
  array[N] int<lower=1, upper=R> region;
  vector<lower=0>[N] exposure;
  vector[N] speed;
}
transformed data {
  vector[N] log_exposure = log(exposure);
}
parameters {
  real rate0;
  real slope;
  vector[R] effect;
  real<lower=0> spread;
}
model {
  accidents ~ poisson_log(rate0 + effect[region] + slope * speed + log_exposure);
  effect ~ normal(0, spread);
  rate0 ~ normal(0, 5);
  slope ~ double_exponential(0, 1);
  spread ~ cauchy(0, 1);
}
generated quantities {
  vector[R] rate = exp(rate0 + effect);
  array[N] int accidents_rep
    = poisson_log_rng(rate0 + effect[region] + slope * speed + log_exposure);
}
