// Successes in groups of different size; the groups' chances have a beta
// distribution given by its mean and its weight in trials.
data {
  int<lower=1> G;
  array[G] int<lower=0> trials;
  array[G] int<lower=0> successes;
}
parameters {
  real<lower=0, upper=1> phi;
  real<lower=1> kappa;
  vector<lower=0, upper=1>[G] theta;
}
model {
  phi ~ beta(2, 2);
  kappa ~ pareto(1, 1.5);
  theta ~ beta(phi * kappa, (1 - phi) * kappa);
  successes ~ binomial(trials, theta);
}
generated quantities {
  array[G] int successes_rep = binomial_rng(trials, theta);
  real log_odds_spread = sd(logit(theta));
}
