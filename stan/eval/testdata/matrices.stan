// Parameters that are vectors and matrices with constraints of their own.
data {
  int<lower=0> J;
}
parameters {
  array[2] cholesky_factor_corr[3] L;
  corr_matrix[3] R;
  array[2, 1] cov_matrix[2] S;
  cholesky_factor_cov[3, 2] F;
  array[2] unit_vector[2] w;
  sum_to_zero_vector[3] z;
  array[J] simplex[3] none;
  simplex[1] one;
}
model {
  for (i in 1 : 2) {
    L[i] ~ lkj_corr_cholesky(2);
    S[i, 1] ~ wishart(3, identity_matrix(2));
    target += i * w[i][2];
  }
  for (j in 1 : J) none[j] ~ dirichlet(rep_vector(2, 3));
  R ~ lkj_corr(1.5);
  to_vector(F) ~ normal(one[1], 1);
  z ~ normal(0, 2);
}
