// Switching wells in Bangladesh by distance in hundreds of metres.
// Style: a plain loop with bernoulli_logit.
data {
  int<lower=1> N;
  vector<lower=0>[N] dist;
  array[N] int<lower=0, upper=1> switched;
}
parameters {
  real alpha;
  vector[1] beta;
}
model {
  for (i in 1 : N) {
    switched[i] ~ bernoulli_logit(alpha + beta[1] * dist[i] / 100);
  }
}
