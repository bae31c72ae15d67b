// Slow like slow.stan, with so many quantities that their summary overfills a pipe.
transformed data {
  vector[5000] y;
  for (i in 1:5000) {
    y[i] = sin(i);
  }
}
parameters {
  vector[400] x;
}
model {
  x ~ normal(0, 1);
  target += mean(log1p_exp(x[1] * y + x[2]));
}
