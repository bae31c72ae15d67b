// Waiting times from a mixture of exponential phases, the rates in order.
data {
  int<lower=2> K;
  int<lower=1> N;
  array[N] real<lower=0> wait;
}
parameters {
  positive_ordered[K] rate;
  simplex[K] weight;
}
model {
  rate ~ gamma(2, 1);
  weight ~ dirichlet(linspaced_vector(K, 1, K));
  for (n in 1 : N) {
    array[K] real part;
    for (k in 1 : K) {
      part[k] = log(weight[k]) + exponential_lpdf(wait[n] | rate[k]);
    }
    target += log_sum_exp(part);
  }
}
generated quantities {
  real mean_wait = dot_product(weight, inv(rate));
}
