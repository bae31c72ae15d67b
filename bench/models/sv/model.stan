// Student t returns whose log scale walks at random, centred.
data {
  int<lower=2> T;
  vector[T] r;
}
parameters {
  real<lower=0> sigma;
  real<lower=0> nu;
  vector[T] s;
}
model {
  r ~ student_t(nu, 0, exp(s));
  s[1] ~ normal(0, sigma);
  s[2 : T] ~ normal(s[1 : T - 1], sigma);
  sigma ~ exponential(50);
  nu ~ exponential(0.1);
}
