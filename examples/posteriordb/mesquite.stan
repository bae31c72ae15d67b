// Leaf weight of mesquite bushes, linear in the raw measurements.
// Style: a six-row matrix from row vectors, transposed product.
data {
  int<lower=1> N;
  vector[N] diam1;
  vector[N] diam2;
  vector[N] canopy_height;
  vector[N] total_height;
  vector[N] density;
  vector[N] group;
  vector[N] weight;
}
transformed data {
  matrix[6, N] measured = [diam1', diam2', canopy_height', total_height',
                           density', group'];
}
parameters {
  vector[7] beta;
  real<lower=0> sigma;
}
model {
  row_vector[N] eta = beta[2 : 7]' * measured + beta[1];
  weight ~ normal(eta, sigma);
}
