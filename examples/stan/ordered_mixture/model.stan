// K normal components with ordered means and a simplex of weights, summed
// out by log_sum_exp; the data say which component each row favours.
data {
  int<lower=2> K;
  int<lower=1> N;
  vector[N] y;
}
parameters {
  simplex[K] weight;
  ordered[K] mu;
  vector<lower=0>[K] sigma;
}
model {
  vector[K] log_weight = log(weight);
  weight ~ dirichlet(rep_vector(2, K));
  mu ~ normal(0, 10);
  sigma ~ inv_gamma(3, 2);
  for (n in 1 : N) {
    vector[K] part = log_weight;
    for (k in 1 : K) {
      part[k] += normal_lpdf(y[n] | mu[k], sigma[k]);
    }
    target += log_sum_exp(part);
  }
}
generated quantities {
  matrix[N, K] belongs;
  for (n in 1 : N) {
    vector[K] part;
    for (k in 1 : K) {
      part[k] = log(weight[k]) + normal_lpdf(y[n] | mu[k], sigma[k]);
    }
    belongs[n] = softmax(part)';
  }
}
