// Stochastic volatility: the log scale of Student t returns walks at random,
// centred.
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
  real before = 0;
  for (t in 1 : T) {
    s[t] ~ normal(before, sigma);
    before = s[t];
  }
  r ~ student_t(nu, 0, exp(s));
  sigma ~ exponential(50);
  nu ~ exponential(0.1);
}
