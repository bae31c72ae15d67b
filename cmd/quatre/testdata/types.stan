parameters {
  real mu;
}
model {
  nu ~ normal(0, 1);
  mu ~ normal(mu);
}
