// The same posterior with standardised steps.
data {
  int<lower=2> T;
  vector[T] y;
}
parameters {
  real drift;
  real<lower=0> step;
  real<lower=0> noise;
  real first;
  vector[T - 1] z;
}
transformed parameters {
  vector[T] x = cumulative_sum(append_row(first, drift + step * z));
}
model {
  drift ~ normal(0, 1);
  step ~ normal(0, 1);
  noise ~ normal(0, 1);
  first ~ normal(0, 1);
  z ~ std_normal();
  y ~ normal(x, noise);
}
