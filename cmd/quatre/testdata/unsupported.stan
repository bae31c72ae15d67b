parameters {
  corr_matrix[3] omega;
}
model {
  omega ~ lkj_corr(2);
}
