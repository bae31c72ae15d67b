// Log earnings by height and sex, flat priors.
// Style: a loop over the rows with the increment written out.
data {
  int<lower=1> N;
  array[N] real<lower=0> earn;
  array[N] real<lower=0> height;
  array[N] int<lower=0, upper=1> male;
}
parameters {
  vector[3] beta;
  real<lower=0> sigma;
}
model {
  for (i in 1 : N) {
    real eta = beta[1] + beta[2] * height[i];
    if (male[i] == 1) {
      eta += beta[3];
    }
    target += normal_lpdf(log(earn[i]) | eta, sigma);
  }
}
