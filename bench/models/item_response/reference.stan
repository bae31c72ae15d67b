// The same posterior with standardised difficulties and discriminations.
data {
  int<lower=1> J;
  int<lower=1> K;
  int<lower=1> N;
  array[N] int<lower=1, upper=J> person;
  array[N] int<lower=1, upper=K> item;
  array[N] int<lower=0, upper=1> y;
}
parameters {
  real mu;
  vector[J] ability;
  vector[K] u;
  vector[K] v;
  real<lower=0> s_difficulty;
  real<lower=0> s_discrimination;
}
transformed parameters {
  vector[K] difficulty = s_difficulty * u;
  vector[K] discrimination = exp(s_discrimination * v);
}
model {
  ability ~ std_normal();
  u ~ std_normal();
  v ~ std_normal();
  mu ~ cauchy(0, 5);
  s_difficulty ~ cauchy(0, 5);
  s_discrimination ~ cauchy(0, 5);
  y ~ bernoulli_logit(discrimination[item] .* (ability[person] - (difficulty[item] + mu)));
}
