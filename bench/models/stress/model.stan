// Groups with a mean and a noise scale each; the means share a population, centred.
data {
  int<lower=1> G;
  int<lower=1> N;
  array[G] vector[N] y;
}
parameters {
  real mu_pop;
  real<lower=0> sigma_pop;
  vector[G] theta;
  vector<lower=0>[G] sigma;
}
model {
  mu_pop ~ normal(0, 10);
  sigma_pop ~ normal(0, 5);
  sigma ~ normal(0, 5);
  theta ~ normal(mu_pop, sigma_pop);
  for (g in 1 : G) {
    y[g] ~ normal(theta[g], sigma[g]);
  }
}
