// Log radon by floor of measurement, all counties pooled.
// Style: vectorised, no loop, no matrix.
data {
  int<lower=1> N;
  vector[N] log_radon;
  vector[N] floor_measure;
}
parameters {
  real alpha;
  real beta;
  real<lower=0> sigma_y;
}
model {
  log_radon ~ normal(alpha + floor_measure * beta, sigma_y);
  {alpha, beta} ~ normal(0, 10);
  sigma_y ~ std_normal();
}
