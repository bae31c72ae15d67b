// Counts whose log rate walks at random, centred, as one vector.
data {
  int<lower=2> T;
  array[T] int<lower=0> y;
}
parameters {
  real<lower=0> step;
  vector[T] x;
}
model {
  step ~ normal(0, 0.5);
  x[1] ~ normal(1, 1);
  x[2 : T] ~ normal(x[1 : T - 1], step);
  y ~ poisson_log(x);
}
