// Groups with a latent trait, and a loading on it whose sign only its prior knows.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  vector[N] y;
}
parameters {
  real alpha;
  real loading;
  real<lower=0> sigma;
  vector[J] trait;
}
model {
  alpha ~ normal(0, 5);
  loading ~ normal(-0.5, 0.25);
  sigma ~ normal(0, 1);
  trait ~ std_normal();
  y ~ normal(alpha + loading * trait[group], sigma);
}
