// A table of counts by row and column: log-linear main effects that sum to
// zero, the last of each following from the others.
data {
  int<lower=2> R;
  int<lower=2> C;
  array[R, C] int<lower=0> count;
}
transformed data {
  array[C] int column_total;
  int total = 0;
  for (c in 1 : C) {
    column_total[c] = sum(count[ : , c]);
    total += column_total[c];
  }
}
parameters {
  real level;
  vector[R - 1] row_free;
  vector[C - 1] column_free;
}
transformed parameters {
  vector[R] row_effect = append_row(row_free, -sum(row_free));
  vector[C] column_effect = append_row(column_free, -sum(column_free));
}
model {
  level ~ normal(log(1.0 * total / (R * C)), 1);
  row_effect ~ normal(0, 1);
  column_effect ~ normal(0, 1);
  for (r in 1 : R) {
    count[r] ~ poisson_log(level + row_effect[r] + column_effect);
  }
}
generated quantities {
  matrix[R, C] expected = exp(level + rep_matrix(row_effect, C)
                              + rep_matrix(column_effect', R));
  real chi_square = 0;
  for (r in 1 : R) {
    for (c in 1 : C) {
      chi_square += square(count[r, c] - expected[r, c]) / expected[r, c];
    }
  }
}
