// Groups whose means come from a Student t population, centred.
data {
  int<lower=1> J;
  vector[J] y;
  vector<lower=0>[J] se;
}
parameters {
  real mu;
  real<lower=0> tau;
  vector[J] theta;
}
model {
  mu ~ normal(0, 5);
  tau ~ normal(0, 3);
  theta ~ student_t(4, mu, tau);
  y ~ normal(theta, se);
}
