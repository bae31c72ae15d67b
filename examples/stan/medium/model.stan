// Two groups share one noise scale; their means share one population.
data {
  int<lower=1> N;
  vector[N] y_a;
  vector[N] y_b;
}
parameters {
  real mu_global;
  real<lower=0> sigma_global;
  real alpha;
  real beta;
  real<lower=0> sigma_obs;
}
model {
  target += normal_lupdf(y_a | alpha, sigma_obs);
  target += normal_lupdf(y_b | beta, sigma_obs);
  {alpha, beta} ~ normal(mu_global, sigma_global);
  mu_global ~ normal(0, 10);
  sigma_global ~ exponential(1);
  sigma_obs ~ exponential(0.5);
}
generated quantities {
  real difference = beta - alpha;
}
