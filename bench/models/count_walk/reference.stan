// The same posterior with standardised steps.
data {
  int<lower=2> T;
  array[T] int<lower=0> y;
}
parameters {
  real<lower=0> step;
  real first;
  vector[T - 1] z;
}
transformed parameters {
  vector[T] x = cumulative_sum(append_row(first, step * z));
}
model {
  step ~ normal(0, 0.5);
  first ~ normal(1, 1);
  z ~ std_normal();
  y ~ poisson_log(x);
}
