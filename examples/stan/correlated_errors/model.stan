// A line through measurements whose errors are correlated in a way known in
// advance, so that the Cholesky factor is data.
data {
  int<lower=2> N;
  vector[N] x;
  vector[N] y;
  real<lower=-1, upper=1> rho;
}
transformed data {
  matrix[N, N] correlation;
  matrix[N, N] L;
  for (i in 1 : N) {
    for (j in 1 : N) {
      correlation[i, j] = rho ^ abs(i - j);
    }
  }
  L = cholesky_decompose(correlation);
}
parameters {
  real a;
  real b;
  real<lower=0> sigma;
}
model {
  a ~ normal(0, 10);
  b ~ normal(0, 10);
  sigma ~ weibull(2, 1);
  y ~ multi_normal_cholesky(a + b * x, sigma * L);
}
generated quantities {
  vector[N] whitened = mdivide_left_tri_low(L, y - a - b * x) / sigma;
}
