// A smooth function of x by a Gaussian process with a squared exponential
// kernel; the function itself is integrated out.
data {
  int<lower=1> N;
  array[N] real x;
  vector[N] y;
}
parameters {
  real<lower=0> length_scale;
  real<lower=0> amplitude;
  real<lower=0> sigma;
}
model {
  matrix[N, N] L;
  {
    matrix[N, N] cov = gp_exp_quad_cov(x, amplitude, length_scale);
    for (n in 1 : N) {
      cov[n, n] += square(sigma);
    }
    L = cholesky_decompose(cov);
  }
  length_scale ~ inv_gamma(5, 5);
  amplitude ~ normal(0, 2);
  sigma ~ normal(0, 1);
  y ~ multi_normal_cholesky(rep_vector(0, N), L);
}
