// Log leaf weight of mesquite bushes by volume, area, shape, height, density
// and group, the first five as logs.
// Style: design matrix filled column by column, transformed parameter for
// the fitted values.
data {
  int<lower=1> N;
  vector<lower=0>[N] weight;
  vector<lower=0>[N] diam1;
  vector<lower=0>[N] diam2;
  vector<lower=0>[N] canopy_height;
  vector<lower=0>[N] total_height;
  vector<lower=0>[N] density;
  vector[N] group;
}
transformed data {
  vector[N] y = log(weight);
  matrix[N, 7] X = rep_matrix(1, N, 7);
  X[ : , 3] = log(diam1) + log(diam2);
  X[ : , 2] = X[ : , 3] + log(canopy_height);
  X[ : , 4] = log(diam1 ./ diam2);
  X[ : , 5] = log(total_height);
  X[ : , 6] = log(density);
  X[ : , 7] = group;
}
parameters {
  vector[7] beta;
  real<lower=0> sigma;
}
transformed parameters {
  vector[N] fitted = X * beta;
}
model {
  y ~ normal(fitted, sigma);
}
generated quantities {
  real r_squared = variance(fitted) / (variance(fitted) + square(sigma));
}
