// The funnel of Neal 2003: nine coordinates whose scale is a tenth's exponential.
parameters {
  real y;
  vector[9] x;
}
model {
  x ~ normal(0, exp(0.5 * y));
  y ~ normal(0, 3);
}
