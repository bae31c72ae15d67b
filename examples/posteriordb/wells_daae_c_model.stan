// Switching wells by centred distance and arsenic, their product, membership
// in an association and schooling.
// Style: matrix product with an offset vector; classification in generated
// quantities.
data {
  int<lower=1> N;
  vector<lower=0, upper=1>[N] assoc;
  vector<lower=0>[N] educ;
  vector<lower=0>[N] arsenic;
  vector<lower=0>[N] dist;
  array[N] int<lower=0, upper=1> switched;
}
transformed data {
  vector[N] d = (dist - mean(dist)) / 100;
  vector[N] a = arsenic - mean(arsenic);
  matrix[N, 5] X = [d', a', (d .* a)', assoc', 0.25 * educ']';
}
parameters {
  real alpha;
  vector[5] beta;
}
model {
  switched ~ bernoulli_logit(X * beta + alpha);
}
generated quantities {
  array[N] int switched_rep = bernoulli_logit_rng(alpha + X * beta);
  real error_rate = 0;
  for (i in 1 : N) {
    error_rate += 1.0 * (switched_rep[i] != switched[i]) / N;
  }
}
