// The same posterior with standardised steps.
data {
  int<lower=4> T;
  vector[T] y;
}
parameters {
  vector[3] first_seasons;
  vector[T - 3] u;
  real first_level;
  vector[T - 1] v;
  real<lower=0> s_season;
  real<lower=0> s_level;
  real<lower=0> noise;
}
transformed parameters {
  vector[T] season;
  vector[T] level;
  season[1 : 3] = first_seasons;
  for (t in 4 : T) {
    season[t] = -sum(season[(t - 3) : (t - 1)]) + s_season * u[t - 3];
  }
  level[1] = first_level;
  for (t in 2 : T) {
    level[t] = level[t - 1] + s_level * v[t - 1];
  }
}
model {
  s_season ~ normal(0, 0.5);
  s_level ~ normal(0, 0.5);
  noise ~ normal(0, 1);
  first_seasons ~ normal(0, 2);
  first_level ~ normal(0, 5);
  u ~ std_normal();
  v ~ std_normal();
  y ~ normal(level + season, noise);
}
