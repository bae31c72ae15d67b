// Coaching effects in eight schools (Rubin 1981), a centred hierarchy.
// Sampling it as it stands is hard on purpose: where tau is small the school
// effects are squeezed together and the posterior narrows to a funnel.
data {
  int<lower=1> J;             // schools
  vector[J] y;                // estimated effect of each
  vector<lower=0>[J] sigma;   // and its standard error
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[J] theta;
}
model {
  y ~ normal(theta, sigma);
  theta ~ normal(mu, tau);
  mu ~ normal(0, 5);
  tau ~ normal(0, 5);
}
