// Sizes of groups that are seen only if somebody is there: Poisson counts
// without the zeros, cut off at a largest size.
data {
  int<lower=1> N;
  int<lower=1> largest;
  array[N] int<lower=1, upper=largest> size;
}
parameters {
  real<lower=0> lambda;
}
model {
  lambda ~ gamma(2, 0.5);
  for (n in 1 : N) {
    size[n] ~ poisson(lambda) T[1, largest];
  }
}
generated quantities {
  real unseen = exp(-lambda);  // share of groups with nobody
}
