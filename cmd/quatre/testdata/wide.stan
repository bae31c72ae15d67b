parameters {
  vector[400] x;
}
model {
  x ~ normal(0, 1);
}
