// The same posterior with standardised steps.
data {
  int<lower=3> T;
  vector[T] y;
  real<lower=0> noise;
}
parameters {
  vector[2] first;
  vector[T - 2] z;
  real<lower=-1, upper=1> p1;
  real<lower=-1, upper=1> p2;
  real<lower=0> s;
  real mu;
}
transformed parameters {
  real a = p1 * (1 - p2);
  real b = p2;
  vector[T] x;
  x[1 : 2] = first;
  for (t in 3 : T) {
    x[t] = a * x[t - 1] + b * x[t - 2] + s * z[t - 2];
  }
}
model {
  s ~ normal(0, 1);
  mu ~ normal(0, 3);
  first ~ normal(0, 2);
  z ~ std_normal();
  y ~ normal(mu + x, noise);
}
