// Counts with more zeros than a Poisson has; a row is a sure zero with
// probability pi.
data {
  int<lower=1> N;
  array[N] int<lower=0> y;
  vector[N] x;
}
parameters {
  real<lower=0, upper=1> pi;
  real a;
  real b;
}
model {
  vector[N] eta = a + b * x;
  pi ~ beta(1, 3);
  [a, b] ~ normal(0, 2);
  for (n in 1 : N) {
    if (y[n] == 0) {
      target += log_sum_exp(bernoulli_lpmf(1 | pi),
                            bernoulli_lpmf(0 | pi) + poisson_log_lpmf(0 | eta[n]));
    } else {
      target += bernoulli_lpmf(0 | pi) + poisson_log_lpmf(y[n] | eta[n]);
    }
  }
}
