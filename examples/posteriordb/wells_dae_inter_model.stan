// Switching wells by distance, arsenic and schooling, centred, with all
// products of two.
// Style: pairwise products by a double loop in transformed data.
data {
  int<lower=1> N;
  vector<lower=0>[N] arsenic;
  vector<lower=0>[N] dist;
  vector<lower=0>[N] educ;
  array[N] int<lower=0, upper=1> switched;
}
transformed data {
  array[3] real unit = {100, 1, 4};
  matrix[N, 6] X;
  int column = 3;
  X[ : , 1] = dist;
  X[ : , 2] = arsenic;
  X[ : , 3] = educ;
  for (k in 1 : 3) {
    X[ : , k] = (X[ : , k] - mean(X[ : , k])) / unit[k];
  }
  for (j in 1 : 2) {
    for (k in (j + 1) : 3) {
      column += 1;
      X[ : , column] = X[ : , j] .* X[ : , k];
    }
  }
}
parameters {
  real alpha;
  vector[6] beta;
}
model {
  switched ~ bernoulli_logit_glm(X, alpha, beta);
}
