// An ARMA(1, 1) series: the last error feeds into the next mean, carried by a
// loop in the model block.
data {
  int<lower=2> T;
  vector[T] y;
}
parameters {
  real mu;
  real<lower=-1, upper=1> phi;
  real<lower=-1, upper=1> theta;
  real<lower=0> sigma;
}
model {
  real error = y[1] - mu / (1 - phi);
  error ~ normal(0, sigma);
  for (t in 2 : T) {
    real expected = mu + phi * y[t - 1] + theta * error;
    error = y[t] - expected;
    error ~ normal(0, sigma);
  }
  mu ~ normal(0, 10);
  sigma ~ cauchy(0, 5);
}
