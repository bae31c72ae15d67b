// Containers of all kinds, read and written in parts and in loops.
data {
  int<lower=17, upper=22> N;
  int<lower=2, upper=3> K;
  matrix[N, K] X;
  array[N] row_vector[K] rows;
  array[K] vector[N] columns;
  array[N, K] real grid;
  array[N] int<lower=1, upper=K> group;
  array[4] int<lower=1, upper=N> some;
}
parameters {
  vector[K] beta;
  matrix[N, K] B;
  array[N] vector[K] v;
  array[K, 2] real<lower=0> scale;
  row_vector[N] r;
  array[2] matrix[K, N] pair;
}
transformed parameters {
  matrix[N, K] M;
  array[N] vector[K] w;
  array[2] matrix[K, K] square_of;
  vector[N] picked;
  row_vector[K] sums = rep_row_vector(0, K);
  for (n in 1 : N) {
    for (k in 1 : K) {
      M[n, k] = X[n, k] * beta[k] + B[n, k];
    }
    w[n] = v[n] .* beta + rows[n]';
    w[n, 1] = w[n, 1] * 2;
    picked[n] = w[n, group[n]] + scale[group[n], 2];
    sums += X[n] + v[n]';
  }
  for (i in 1 : 2) {
    square_of[i] = pair[i] * pair[i]';
    square_of[i, 1, 1] += 1;
  }
}
model {
  vector[N] eta;
  matrix[N, K] scaled = M;
  beta ~ normal(0, 1);
  to_vector(B) ~ normal(0, 1);
  r ~ normal(0, 1);
  for (i in 1 : 2) to_vector(pair[i]) ~ normal(0, 1);
  for (k in 1 : K) scale[k] ~ exponential(1);
  for (n in 1 : N) {
    v[n] ~ normal(0, scale[group[n], 1]);
    eta[n] = X[n] * beta + rows[n] * v[n] + dot_product(M[n], v[n]) + sum(w[n]) * r[n];
    eta[n] += columns[1, n] * mean(v[n]) + grid[n, K] * log_sum_exp({beta[1], v[n, 1]});
    eta[n] += sum(head(v[n], 1)) + log_sum_exp(v[n]) + v[n, 1 : K][1];
  }
  eta ~ normal(0, 10);
  for (n in 2 : N) {
    M[n] - M[n - 1] ~ normal(0, 5);
  }
  for (k in 1 : K) {
    scaled[ : , k] *= scale[k, 1];
    scaled[2 : 3, k] = beta[1 : 2] + scaled[1 : 2, k];
    columns[k] ~ normal(M[ : , k], 2);
  }
  scaled[some, 1] = r[some]' * 2;
  scaled[{1, 2}, : ] = scaled[{2, 1}, : ];
  to_vector(scaled) ~ normal(0, 3);
  for (e in beta) target += -e ^ 2;
  for (row in rows) target += -0.01 * row * beta;
  for (e in M) e ~ normal(0, 10);
  for (u in v) target += -0.01 * dot_self(u);
  target += -0.1 * (sums * beta + picked[some[2]] * r[some[1]]);
  for (n in 1 : N) {
    matrix[K, K] S = square_of[1] * r[n];
    vector[K] u = S * beta;
    target += -0.001 * (u[1] + S[1, 2] + sum(to_vector(S[ : , 1])));
  }
}
