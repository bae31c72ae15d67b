// A regression that outliers do not move: Student t errors with their degrees
// of freedom estimated.
data {
  int<lower=1> N;
  vector[N] x;
  vector[N] y;
}
parameters {
  real<offset=mean(y), multiplier=5> a;
  real b;
  real<lower=0> sigma;
  real<lower=1> nu;
}
model {
  a ~ student_t(3, mean(y), 5);
  b ~ logistic(0, 2);
  sigma ~ student_t(4, 0, 2);
  nu ~ gamma(2, 0.1);
  y ~ student_t(nu, a + b * x, sigma);
}
generated quantities {
  array[N] real y_rep = student_t_rng(nu, a + b * x, sigma);
}
