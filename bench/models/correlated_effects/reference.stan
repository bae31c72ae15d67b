// The same posterior with standardised effects.
data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> group;
  vector[N] x;
  vector[N] y;
}
parameters {
  vector[2] mu;
  vector<lower=0>[2] tau;
  real<lower=-1, upper=1> rho;
  real<lower=0> sigma;
  vector[J] z1;
  vector[J] z2;
}
transformed parameters {
  array[J] vector[2] b;
  for (j in 1 : J) {
    b[j] = mu + [tau[1] * z1[j], tau[2] * (rho * z1[j] + sqrt(1 - square(rho)) * z2[j])]';
  }
}
model {
  vector[N] fit;
  mu ~ normal(0, 5);
  tau ~ normal(0, 2);
  sigma ~ normal(0, 2);
  z1 ~ std_normal();
  z2 ~ std_normal();
  for (i in 1 : N) {
    fit[i] = b[group[i], 1] + b[group[i], 2] * x[i];
  }
  y ~ normal(fit, sigma);
}
