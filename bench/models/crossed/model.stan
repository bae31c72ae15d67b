// Two groupings that cross, centred: subjects, and items about zero.
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
  vector[S] s;
  vector[I] t;
}
model {
  mu ~ normal(0, 5);
  {tau_s, tau_i, sigma} ~ normal(0, 2);
  s ~ normal(mu, tau_s);
  t ~ normal(0, tau_i);
  y ~ normal(s[subject] + t[item], sigma);
}
