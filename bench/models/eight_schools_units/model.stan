// The eight schools in units a thousand times smaller, centred: whoever depends
// on the scale of the data shows it here.
data {
  int<lower=1> J;
  vector[J] y;
  vector<lower=0>[J] sigma;
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[J] theta;
}
model {
  mu ~ normal(0, 5000);
  tau ~ normal(0, 5000);
  theta ~ normal(mu, tau);
  y ~ normal(theta, sigma);
}
