// A series that switches between two regimes; the regimes are summed out by
// the forward recurrence.
data {
  int<lower=1> T;
  vector[T] y;
}
parameters {
  array[2] simplex[2] move;  // move[i, j]: chance to go from regime i to j
  ordered[2] mu;
  real<lower=0> sigma;
}
model {
  array[2] real forward;
  mu[1] ~ normal(-1, 2);
  mu[2] ~ normal(1, 2);
  sigma ~ normal(0, 2);
  move[1] ~ dirichlet([8, 2]');
  move[2] ~ dirichlet([2, 8]');
  for (k in 1 : 2) {
    forward[k] = -log2() + normal_lpdf(y[1] | mu[k], sigma);
  }
  for (t in 2 : T) {
    array[2] real last = forward;
    for (k in 1 : 2) {
      forward[k] = log_sum_exp(last[1] + log(move[1, k]), last[2] + log(move[2, k]))
                   + normal_lpdf(y[t] | mu[k], sigma);
    }
  }
  target += log_sum_exp(forward);
}
