// Linear regression in an intercept and K centred predictors.
data {
  int<lower=0> N;
  int<lower=1> K;
  matrix[N, K] x;
  vector[N] y;
}
transformed data {
  row_vector[K] centre;
  matrix[N, K] xc;
  for (k in 1 : K) {
    centre[k] = mean(col(x, k));
    xc[ : , k] = x[ : , k] - centre[k];
  }
}
parameters {
  real alpha;
  vector[K] beta;
  real<lower=0> sigma;
}
model {
  alpha ~ normal(0, 20);
  beta ~ normal(0, 5);
  sigma ~ exponential(0.2);
  y ~ normal_id_glm(xc, alpha, beta, sigma);
}
generated quantities {
  real intercept = alpha - centre * beta;  // on the scale of x as given
  vector[N] mu = alpha + xc * beta;
  real r_squared = 1 - sum(square(y - mu)) / sum(square(y - mean(y)));
}
