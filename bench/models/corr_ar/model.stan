// A normal whose coordinates have autocorrelation rho and scales of their own.
data {
  int<lower=2> D;
  real<lower=-1, upper=1> rho;
  vector<lower=0>[D] scale;
}
parameters {
  vector[D] x;
}
model {
  vector[D] u = x ./ scale;
  u[1] ~ std_normal();
  u[2 : D] ~ normal(rho * u[1 : D - 1], sqrt(1 - square(rho)));
}
