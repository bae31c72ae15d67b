// Counts of four series, each around a walk with a step of its own.
data {
  int<lower=2> T;
  int<lower=1> K;
  array[T, K] int<lower=0> y;
}
parameters {
  matrix[T, K] x;
  vector<lower=0>[K] step;
  real start;
  real<lower=0> usual;
}
model {
  usual ~ normal(0, 0.5);
  step ~ normal(0, usual);
  start ~ normal(0, 2);
  x[1] ~ normal(start, 1);
  for (t in 2 : T) {
    for (k in 1 : K) {
      x[t, k] ~ normal(x[t - 1, k], step[k]);
    }
  }
  for (t in 1 : T) {
    y[t] ~ poisson_log(x[t]);
  }
}
