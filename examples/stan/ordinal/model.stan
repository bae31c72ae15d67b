// Answers on a scale of K steps: a latent logistic variable and ordered
// cut points.
data {
  int<lower=2> K;
  int<lower=1> N;
  int<lower=1> P;
  array[N] int<lower=1, upper=K> answer;
  array[N] row_vector[P] x;
}
parameters {
  vector[P] beta;
  ordered[K - 1] cut;
}
model {
  beta ~ normal(0, 2);
  cut ~ normal(0, 4);
  for (n in 1 : N) {
    answer[n] ~ ordered_logistic(x[n] * beta, cut);
  }
}
