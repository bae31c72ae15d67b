// The funnel of Neal (2003): the scale of x hangs on y over many orders of
// magnitude. It has no data.
parameters {
  real y;
  vector[9] x;
}
model {
  real scale = exp(0.5 * y);
  for (i in 1 : 9) {
    x[i] ~ normal(0, scale);
  }
  y ~ normal(0, 3);
}
