// The same posterior with standardised effects.
data {
  int<lower=1> N;
  int<lower=1> S;
  int<lower=1> I;
  array[N] int<lower=1, upper=S> subject;
  array[N] int<lower=1, upper=I> item;
  vector[N] y;
}
parameters {
  real mu;
  real<lower=0> tau_s;
  real<lower=0> tau_i;
  real<lower=0> sigma;
  vector[S] zs;
  vector[I] zt;
}
transformed parameters {
  vector[S] s = mu + tau_s * zs;
  vector[I] t = tau_i * zt;
}
model {
  mu ~ normal(0, 5);
  {tau_s, tau_i, sigma} ~ normal(0, 2);
  zs ~ std_normal();
  zt ~ std_normal();
  y ~ normal(s[subject] + t[item], sigma);
}
