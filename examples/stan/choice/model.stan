// Choice among K kinds by P properties of the chooser: a softmax regression
// with the last kind as the baseline.
data {
  int<lower=2> K;
  int<lower=1> N;
  int<lower=1> P;
  matrix[N, P] x;
  array[N] int<lower=1, upper=K> kind;
}
parameters {
  row_vector[K - 1] intercept;
  matrix[P, K - 1] beta;
}
model {
  intercept ~ normal(0, 2);
  to_vector(beta) ~ normal(0, 1.5);
  {
    matrix[N, K] eta = append_col(x * beta + rep_matrix(intercept, N),
                                  rep_vector(0, N));
    for (n in 1 : N) {
      kind[n] ~ categorical_logit(eta[n]');
    }
  }
}
generated quantities {
  vector[K] at_origin = softmax(append_row(intercept', 0));
}
