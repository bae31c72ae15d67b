// A walk written with standardised steps, seen through little noise: the form that
// does not suit it.
data {
  int<lower=1> T;
  vector[T] y;
}
parameters {
  real start;
  vector[T] z;
  real<lower=0> sigma;
  real<lower=0> noise;
}
transformed parameters {
  vector[T] x = start + cumulative_sum(sigma * z);
}
model {
  start ~ normal(0, 5);
  z ~ std_normal();
  sigma ~ normal(0, 1);
  noise ~ normal(0, 1);
  y ~ normal(x, noise);
}
