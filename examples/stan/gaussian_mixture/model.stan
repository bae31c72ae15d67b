// Two normal components with a mixing probability, summed out by log_mix.
data {
  int<lower=1> N;
  array[N] real y;
}
parameters {
  ordered[2] mu;
  array[2] real<lower=0> sigma;
  real<lower=0, upper=1> lambda;
}
model {
  mu ~ normal(0, 4);
  sigma ~ lognormal(0, 1);
  lambda ~ beta(3, 3);
  for (n in 1 : N) {
    target += log_mix(lambda, normal_lpdf(y[n] | mu[1], sigma[1]),
                      normal_lpdf(y[n] | mu[2], sigma[2]));
  }
}
