// Right and wrong answers of pupils to tasks: ability and difficulty as
// crossed effects (Rasch 1960).
data {
  int<lower=1> P;
  int<lower=1> Q;
  array[P, Q] int<lower=0, upper=1> right;
}
parameters {
  real mean_ability;
  vector[P] ability;
  vector[Q] difficulty;
  real<lower=0> sd_ability;
  real<lower=0> sd_difficulty;
}
model {
  mean_ability ~ student_t(5, 0, 2);
  ability ~ normal(mean_ability, sd_ability);
  difficulty ~ normal(0, sd_difficulty);
  sd_ability ~ lognormal(0, 0.5);
  sd_difficulty ~ lognormal(0, 0.5);
  for (p in 1 : P) {
    right[p] ~ bernoulli_logit(ability[p] - difficulty);
  }
}
generated quantities {
  array[P] int score_rep;
  for (p in 1 : P) {
    score_rep[p] = sum(bernoulli_logit_rng(ability[p] - difficulty));
  }
}
