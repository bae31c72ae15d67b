// Measurements that an instrument records only between two limits.
data {
  int<lower=1> N;
  real low;
  real<lower=low> high;
  array[N] real<lower=low, upper=high> y;
}
parameters {
  real mu;
  real<lower=0> sigma;
}
model {
  mu ~ normal(1, 2);
  sigma ~ normal(0, 1.5) T[0, ];
  for (n in 1 : N) {
    y[n] ~ normal(mu, sigma) T[low, high];
  }
}
