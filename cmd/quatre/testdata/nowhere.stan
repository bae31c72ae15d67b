parameters {
  real mu;
}
model {
  mu ~ normal(0, 1);
  target += log(-1 - square(mu));
}
