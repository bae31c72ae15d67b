// A density that costs some microseconds: a long run of it stays a small one.
transformed data {
  vector[2000] x;
  for (i in 1:2000) {
    x[i] = sin(i);
  }
}
parameters {
  real mu;
  real<lower=0> sigma;
}
model {
  mu ~ normal(0, 1);
  sigma ~ exponential(1);
  target += -mean(log1p_exp(mu * x + sigma));
}
