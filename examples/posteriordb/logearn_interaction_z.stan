// As logearn_interaction, with height in standard deviations from its mean.
// Style: a user-defined function that standardises, row-wise design.
functions {
  vector standardised(vector x) {
    return (x - mean(x)) / sd(x);
  }
}
data {
  int<lower=1> N;
  vector[N] male;
  vector[N] height;
  vector[N] earn;
}
transformed data {
  vector[N] z = standardised(height);
  vector[N] y;
  array[N] row_vector[4] row;
  for (i in 1 : N) {
    y[i] = log(earn[i]);
    row[i] = [1, z[i], male[i], z[i] * male[i]];
  }
}
parameters {
  vector[4] beta;
  real<lower=0> sigma;
}
model {
  vector[N] eta;
  for (i in 1 : N) {
    eta[i] = row[i] * beta;
  }
  y ~ normal(eta, sigma);
}
