// A level that walks at random, observed with noise; the steps are the
// parameters and a loop adds them up.
data {
  int<lower=1> T;
  vector[T] y;
}
parameters {
  real start;
  vector[T - 1] z;
  real<lower=0> step;
  real<lower=0> noise;
}
transformed parameters {
  vector[T] level;
  level[1] = start;
  for (t in 2 : T) {
    level[t] = level[t - 1] + step * z[t - 1];
  }
}
model {
  start ~ normal(0, 2);
  z ~ std_normal();
  step ~ gamma(2, 4);
  noise ~ lognormal(0, 0.2);
  y ~ normal(level, noise);
}
generated quantities {
  real y_next = normal_rng(normal_rng(level[T], step), noise);
}
