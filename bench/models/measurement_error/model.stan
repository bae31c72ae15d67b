// A regression on a covariate that was measured with known noise. The scale of the
// outcome may go to 0, and all covariates to their places on the line with it.
data {
  int<lower=1> N;
  vector[N] measured;
  real<lower=0> tau;
  vector[N] y;
}
parameters {
  vector[N] x;
  real mu;
  real<lower=0> spread;
  real alpha;
  real beta;
  real<lower=0> sigma;
}
model {
  mu ~ normal(0, 5);
  spread ~ normal(0, 2);
  alpha ~ normal(0, 10);
  beta ~ normal(0, 10);
  sigma ~ cauchy(0, 5);
  x ~ normal(mu, spread);
  measured ~ normal(x, tau);
  y ~ normal(alpha + beta * x, sigma);
}
