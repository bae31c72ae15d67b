// Growth of subjects over time: an intercept and a slope for each subject,
// drawn from a common population; declared with offset and multiplier, so
// that the sampler moves in standardised effects.
data {
  int<lower=1> N;
  int<lower=1> S;
  array[N] int<lower=1, upper=S> subject;
  vector[N] time;
  vector[N] height;
}
parameters {
  real mu_level;
  real mu_slope;
  real<lower=0> tau_level;
  real<lower=0> tau_slope;
  real<lower=0> sigma;
  vector<offset=mu_level, multiplier=tau_level>[S] level;
  vector<offset=mu_slope, multiplier=tau_slope>[S] slope;
}
model {
  mu_level ~ normal(100, 50);
  mu_slope ~ normal(0, 10);
  {tau_level, tau_slope} ~ normal(0, 10);
  sigma ~ exponential(0.5);
  level ~ normal(mu_level, tau_level);
  slope ~ normal(mu_slope, tau_slope);
  height ~ normal(level[subject] + slope[subject] .* time, sigma);
}
generated quantities {
  real fastest = max(slope);
  array[S] int order = sort_indices_asc(slope);
}
