// Every kind of declaration, with bounds and sizes of all forms.
data {
  int<lower=1> N;
  int<lower=0, upper=N> K;
  int<upper=10> small;
  real plain;
  real<lower=0> positive;
  real<lower=-1, upper=1> between;
  vector[N] v;
  row_vector<lower=0>[K] r;
  matrix[N, K] X;
  array[N] int<lower=0, upper=1> y;
  array[N, K] real<lower=positive> grid;
  array[3] vector<lower=0, upper=1>[N] vs;
  complex z;
  complex_vector[N] zs;
  complex_row_vector[N] zr;
  complex_matrix[N, K] Z;
  tuple(int<lower=1>, array[N] real, vector[K]) packed;
  array[2] tuple(real, tuple(int, int)) nested;
  ordered[3] cut_data;
}
transformed data {
  int M = N + K;
  array[2, 3] int table = {{1, 2, 3}, {4, 5, 6}};
  real a, b = 2.5, c;
  vector[M] w = rep_vector(0, M);
  matrix[2, 2] eye = [[1, 0], [0, 1]];
  a = 1;
  c = a + b;
  array[M] real noise;
  for (m in 1:M) {
    noise[m] = normal_rng(0, 1);
  }
  profile("setup") {
    real unused_here = 3;
    print("unused_here = ", unused_here, " and N = ", N);
  }
}
parameters {
  real mu;
  real<lower=0> sigma;
  real<offset=plain, multiplier=positive> shifted;
  real<lower=fmin(0, mu)> above;
  vector<offset=mu, multiplier=sigma>[N] theta;
  vector<lower=v>[N] floor_each;
  row_vector[K] beta;
  matrix<lower=0>[N, K] L;
  simplex[K] p;
  array[N] simplex[K] ps;
  ordered[K] cut;
  positive_ordered[K] cut_pos;
  unit_vector[K] dir;
  sum_to_zero_vector[K] centred;
  sum_to_zero_matrix[K, N] centred_both;
  cholesky_factor_corr[K] chol;
  cholesky_factor_cov[K] chol_cov;
  cholesky_factor_cov[N, K] chol_tall;
  corr_matrix[K] Omega;
  cov_matrix[K] Sigma;
  column_stochastic_matrix[K, N] cols_sum;
  row_stochastic_matrix[K, N] rows_sum;
  tuple(real<lower=0>, vector[K]) pair;
}
transformed parameters {
  vector<lower=0>[K] scaled = sigma * exp(beta');
  real jac = sigma;
  jacobian += log(sigma);
  {
    real local = mu;
    jac += local;
  }
}
model {
  vector[N] eta = X * beta' + mu;
  theta ~ normal(mu, sigma);
  above ~ exponential(1);
  shifted ~ std_normal();
  floor_each ~ cauchy(0, 1);
  L[1] ~ normal(0, 1);
  to_vector(L) ~ gamma(2, 3);
  p ~ dirichlet(rep_vector(1, K));
  ps ~ dirichlet(rep_vector(2, K));
  cut ~ normal(0, 3);
  cut_pos ~ normal(0, 3);
  sum(centred) ~ normal(0, 1);
  chol ~ lkj_corr_cholesky(2);
  Omega ~ lkj_corr(2);
  Sigma ~ wishart(K, Omega);
  pair.1 ~ lognormal(0, 1);
  pair.2 ~ multi_normal_cholesky(rep_vector(0, K), chol_cov);
  y ~ bernoulli_logit(eta);
  target += sum(dir) + sum(to_vector(centred_both)) + chol_tall[1, 1] + cols_sum[1, 1] + rows_sum[1, 1] + jac + scaled[1];
}
generated quantities {
  array[N] int y_rep = bernoulli_logit_rng(X * beta' + mu);
  real<lower=0> draw = abs(normal_rng(mu, sigma));
  corr_matrix[K] Omega_again = multiply_lower_tri_self_transpose(chol);
  tuple(real, int) both = (mu, N);
  real first;
  int second;
  (first, second) = both;
}
