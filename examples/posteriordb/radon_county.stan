// Radon by county, partially pooled, with scales uniform on (0, 100).
// Style: both-sided bounds with their uniform densities written out.
data {
  int<lower=1> N;
  int<lower=1> J;
  vector[N] y;
  array[N] int<lower=1, upper=J> county;
}
parameters {
  vector[J] a;
  real mu_a;
  real<lower=0, upper=100> sigma_a;
  real<lower=0, upper=100> sigma_y;
}
model {
  sigma_a ~ uniform(0, 100);
  sigma_y ~ uniform(0, 100);
  mu_a ~ std_normal();
  for (j in 1 : J) {
    a[j] ~ normal(mu_a, sigma_a);
  }
  y ~ normal(a[county], sigma_y);
}
