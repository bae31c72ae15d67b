// Two-parameter item response: abilities, difficulties, discriminations.
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
  vector[K] difficulty;
  vector<lower=0>[K] discrimination;
  real<lower=0> s_difficulty;
  real<lower=0> s_discrimination;
}
model {
  ability ~ std_normal();
  difficulty ~ normal(0, s_difficulty);
  discrimination ~ lognormal(0, s_discrimination);
  mu ~ cauchy(0, 5);
  s_difficulty ~ cauchy(0, 5);
  s_discrimination ~ cauchy(0, 5);
  y ~ bernoulli_logit(discrimination[item] .* (ability[person] - (difficulty[item] + mu)));
}
