// An intercept and a slope per group with a correlation, centred.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  vector[N] x;
  vector[N] y;
}
parameters {
  vector[2] mu;
  vector<lower=0>[2] tau;
  real<lower=-1, upper=1> rho;
  real<lower=0> sigma;
  array[J] vector[2] b;
}
model {
  matrix[2, 2] L = [[tau[1], 0], [rho * tau[2], tau[2] * sqrt(1 - square(rho))]];
  vector[N] fit;
  mu ~ normal(0, 5);
  tau ~ normal(0, 2);
  sigma ~ normal(0, 2);
  b ~ multi_normal_cholesky(mu, L);
  for (i in 1 : N) {
    fit[i] = b[group[i], 1] + b[group[i], 2] * x[i];
  }
  y ~ normal(fit, sigma);
}
