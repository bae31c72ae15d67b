// The same eight schools in other coordinates: each effect is a standard normal
// z, scaled and shifted. Where tau is small nothing narrows, so it samples well.
data {
  int<lower=1> J;             // schools
  vector[J] y;                // estimated effect of each
  vector<lower=0>[J] sigma;   // and its standard error
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[J] z;
}
transformed parameters {
  vector[J] theta = mu + tau * z;
}
model {
  mu ~ normal(0, 5);
  tau ~ normal(0, 5);
  z ~ std_normal();
  y ~ normal(theta, sigma);
}
generated quantities {
  real best = max(theta);     // the largest effect
}
