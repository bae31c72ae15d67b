// The same posterior with standardised steps.
data {
  int<lower=2> T;
  int<lower=1> K;
  array[T, K] int<lower=0> y;
}
parameters {
  matrix[T, K] z;
  vector<lower=0>[K] relative;
  real start;
  real<lower=0> usual;
}
transformed parameters {
  vector[K] step = usual * relative;
  matrix[T, K] x;
  for (k in 1 : K) {
    x[1, k] = start + z[1, k];
    for (t in 2 : T) {
      x[t, k] = x[t - 1, k] + step[k] * z[t, k];
    }
  }
}
model {
  usual ~ normal(0, 0.5);
  relative ~ normal(0, 1);
  start ~ normal(0, 2);
  to_vector(z) ~ std_normal();
  for (t in 1 : T) {
    y[t] ~ poisson_log(x[t]);
  }
}
