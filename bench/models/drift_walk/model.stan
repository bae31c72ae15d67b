// A walk with drift seen through noise, step by step, centred.
data {
  int<lower=2> T;
  vector[T] y;
}
parameters {
  real drift;
  real<lower=0> step;
  real<lower=0> noise;
  vector[T] x;
}
model {
  drift ~ normal(0, 1);
  step ~ normal(0, 1);
  noise ~ normal(0, 1);
  x[1] ~ normal(0, 1);
  for (t in 2 : T) {
    x[t] ~ normal(x[t - 1] + drift, step);
  }
  y ~ normal(x, noise);
}
