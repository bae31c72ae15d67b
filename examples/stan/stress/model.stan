// Groups with a mean and a noise scale of their own, three rows of data.
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
  for (g in 1 : G) {
    for (i in 1 : N) {
      y[g, i] ~ normal(theta[g], sigma[g]);
    }
  }
  sigma ~ normal(0, 5);
  theta ~ normal(mu_pop, sigma_pop);
  sigma_pop ~ normal(0, 5);
  mu_pop ~ normal(0, 10);
}
