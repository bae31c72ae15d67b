// The same posterior with the covariates integrated out, and drawn afterwards.
data {
  int<lower=1> N;
  vector[N] measured;
  real<lower=0> tau;
  vector[N] y;
}
parameters {
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
  measured ~ normal(mu, sqrt(spread ^ 2 + tau ^ 2));
  real share = spread ^ 2 / (spread ^ 2 + tau ^ 2);
  y ~ normal(alpha + beta * (mu + share * (measured - mu)), sqrt(beta ^ 2 * share * tau ^ 2 + sigma ^ 2));
}
generated quantities {
  vector[N] x;
  {
    real precision = 1 / spread ^ 2 + 1 / tau ^ 2 + beta ^ 2 / sigma ^ 2;
    for (n in 1 : N) {
      real sum_ = mu / spread ^ 2 + measured[n] / tau ^ 2 + beta * (y[n] - alpha) / sigma ^ 2;
      x[n] = normal_rng(sum_ / precision, 1 / sqrt(precision));
    }
  }
}
