// Autoregression of order K with an intercept.
// Style: nested loops over time and lag, accumulated mean.
data {
  int<lower=1> T;
  int<lower=0, upper=T - 1> K;
  array[T] real y;
}
parameters {
  real alpha;
  array[K] real beta;
  real<lower=0> sigma;
}
model {
  for (t in K + 1 : T) {
    real expected = alpha;
    for (lag in 1 : K) {
      expected += y[t - lag] * beta[lag];
    }
    target += normal_lpdf(y[t] | expected, sigma);
  }
  alpha ~ normal(0, 10);
  for (lag in 1 : K) {
    beta[lag] ~ normal(0, 10);
  }
  sigma ~ cauchy(0, 2.5);
}
