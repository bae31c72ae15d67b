// A level that walks at random and a season whose last four effects nearly cancel.
data {
  int<lower=4> T;
  vector[T] y;
}
parameters {
  vector[T] season;
  vector[T] level;
  real<lower=0> s_season;
  real<lower=0> s_level;
  real<lower=0> noise;
}
model {
  s_season ~ normal(0, 0.5);
  s_level ~ normal(0, 0.5);
  noise ~ normal(0, 1);
  season[1 : 3] ~ normal(0, 2);
  for (t in 4 : T) {
    season[t] ~ normal(-sum(season[(t - 3) : (t - 1)]), s_season);
  }
  level[1] ~ normal(0, 5);
  level[2 : T] ~ normal(level[1 : (T - 1)], s_level);
  y ~ normal(level + season, noise);
}
