parameters {
  real rate;
}
model {
  target += rate;
}
