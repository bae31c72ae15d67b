// Dose and response with functions of its own: a saturating curve, a density,
// a prior that adds to the target, and a check of the data.
functions {
  // The curve of Hill: half of the top is reached at dose half.
  real hill(real dose, real top, real half, real power) {
    return top * dose ^ power / (half ^ power + dose ^ power);
  }
  vector hill_at(data vector dose, real top, real half, real power) {
    int n = num_elements(dose);
    vector[n] response;
    for (i in 1 : n) {
      response[i] = hill(dose[i], top, half, power);
    }
    return response;
  }
  // Log density of a normal whose scale grows with its mean.
  real proportional_lpdf(vector y, vector mean, real base, real share) {
    return normal_lpdf(y | mean, base + share * mean);
  }
  void curve_prior_lp(real top, real half) {
    top ~ normal(10, 5);
    half ~ lognormal(0, 1);
  }
  int count_zeros(vector x) {
    int zeros = 0;
    int i = 1;
    while (i <= num_elements(x)) {
      if (x[i] != 0) {
        i += 1;
        continue;
      }
      zeros += 1;
      i += 1;
    }
    return zeros;
  }
}
data {
  int<lower=1> N;
  vector<lower=0>[N] dose;
  vector[N] response;
}
transformed data {
  if (count_zeros(dose) == N) {
    reject("every dose is zero; the curve needs some above it");
  }
}
parameters {
  real<lower=0> top;
  real<lower=0> half;
  real<lower=0> power;
  real<lower=0> base;
  real<lower=0> share;
}
model {
  curve_prior_lp(top, half);
  power ~ gamma(4, 2);
  base ~ exponential(2);
  share ~ exponential(5);
  response ~ proportional(hill_at(dose, top, half, power), base, share);
}
generated quantities {
  real response_at_one = hill(1, top, half, power);
}
