// Log leaf weight of mesquite bushes by log volume, log area and group.
// Style: logs taken in the row loop, no transformed data.
data {
  int<lower=1> N;
  array[N] int<lower=0, upper=1> group;
  vector<lower=0>[N] diam1;
  vector<lower=0>[N] diam2;
  vector<lower=0>[N] canopy_height;
  vector<lower=0>[N] weight;
}
parameters {
  vector[4] beta;
  real<lower=0> sigma;
}
model {
  for (i in 1 : N) {
    real log_area = log(diam1[i]) + log(diam2[i]);
    real log_volume = log_area + log(canopy_height[i]);
    log(weight[i]) ~ normal(beta[1] + beta[2] * log_volume + beta[3] * log_area
                            + beta[4] * group[i], sigma);
  }
}
