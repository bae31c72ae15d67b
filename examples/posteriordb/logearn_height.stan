// Log earnings as a straight line in height, flat priors.
// Style: normal_id_glm on a one-column design matrix.
data {
  int<lower=1> N;
  vector<lower=0>[N] height;
  vector<lower=0>[N] earn;
}
transformed data {
  matrix[N, 1] design;
  vector[N] response = log(earn);
  design[ : , 1] = height;
}
parameters {
  vector[2] beta;
  real<lower=0> sigma;
}
model {
  response ~ normal_id_glm(design, beta[1], beta[2 : 2], sigma);
}
