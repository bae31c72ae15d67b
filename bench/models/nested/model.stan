// Ten regions of eight counties each: county levels about region levels about a
// common mean, all centred.
data {
  int<lower=1> N;
  int<lower=1> R;
  int<lower=1> J;
  array[J] int<lower=1, upper=R> region;
  array[N] int<lower=1, upper=J> county;
  vector[N] y;
}
parameters {
  real mu;
  real<lower=0> s;
  real<lower=0> tau;
  real<lower=0> sigma;
  vector[R] m;
  vector[J] a;
}
model {
  mu ~ normal(0, 5);
  s ~ normal(0, 1);
  tau ~ normal(0, 1);
  sigma ~ normal(0, 1);
  m ~ normal(mu, s);
  a ~ normal(m[region], tau);
  y ~ normal(a[county], sigma);
}
