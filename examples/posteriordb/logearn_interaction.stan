// Log earnings by height and sex with separate slopes, flat priors.
// Style: design matrix built in transformed data, matrix times vector.
data {
  int<lower=1> N;
  vector<lower=0>[N] earn;
  vector<lower=0>[N] height;
  vector<lower=0, upper=1>[N] male;
}
transformed data {
  vector[N] y = log(earn);
  matrix[N, 4] X;
  X[ : , 1] = rep_vector(1, N);
  X[ : , 2] = height;
  X[ : , 3] = male;
  X[ : , 4] = height .* male;
}
parameters {
  vector[4] beta;
  real<lower=0> sigma;
}
model {
  target += normal_lpdf(y | X * beta, sigma);
}
generated quantities {
  vector[N] log_lik;
  {
    vector[N] eta = X * beta;
    for (i in 1 : N) {
      log_lik[i] = normal_lpdf(y[i] | eta[i], sigma);
    }
  }
}
