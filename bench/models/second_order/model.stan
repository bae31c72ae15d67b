// A latent autoregression of second order, seen through known noise.
data {
  int<lower=3> T;
  vector[T] y;
  real<lower=0> noise;
}
parameters {
  vector[T] x;
  real<lower=-1, upper=1> p1;
  real<lower=-1, upper=1> p2;
  real<lower=0> s;
  real mu;
}
transformed parameters {
  real a = p1 * (1 - p2);
  real b = p2;
}
model {
  s ~ normal(0, 1);
  mu ~ normal(0, 3);
  x[1 : 2] ~ normal(0, 2);
  for (t in 3 : T) {
    x[t] ~ normal(a * x[t - 1] + b * x[t - 2], s);
  }
  y ~ normal(mu + x, noise);
}
