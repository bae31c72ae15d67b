// Returns whose variance follows a recurrence in the last squared shock and
// the last variance, GARCH(1,1) (Bollerslev 1986).
data {
  int<lower=2> T;
  array[T] real r;
  real<lower=0> sigma_first;
}
parameters {
  real mu;
  real<lower=0> omega;
  real<lower=0, upper=1> a;
  real<lower=0, upper=1 - a> b;
}
transformed parameters {
  array[T] real<lower=0> sigma;
  sigma[1] = sigma_first;
  for (t in 2 : T) {
    sigma[t] = sqrt(omega + a * square(r[t - 1] - mu) + b * square(sigma[t - 1]));
  }
}
model {
  mu ~ normal(0, 1);
  omega ~ gamma(2, 4);
  r ~ normal(mu, sigma);
}
generated quantities {
  real long_run_sd = sqrt(omega / (1 - a - b));
}
