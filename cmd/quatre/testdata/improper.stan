parameters {
  real mu;
  vector[2] loose;
}
model {
  mu ~ normal(0, 1);
}
