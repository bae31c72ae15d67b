// Party identification by ideology, race, age group, schooling, sex and
// income; age enters as three indicators.
// Style: indicators by comparison in a nested loop over the design matrix.
data {
  int<lower=1> N;
  array[N] int<lower=1, upper=4> age_discrete;
  vector[N] educ1;
  vector[N] gender;
  vector[N] income;
  vector[N] partyid7;
  vector[N] race_adj;
  vector[N] real_ideo;
}
transformed data {
  matrix[N, 9] X;
  for (i in 1 : N) {
    X[i, 1] = 1;
    X[i, 2] = real_ideo[i];
    X[i, 3] = race_adj[i];
    for (level in 2 : 4) {
      X[i, level + 2] = age_discrete[i] == level;
    }
    X[i, 7 : 9] = [educ1[i], gender[i], income[i]];
  }
}
parameters {
  vector[9] beta;
  real<lower=0> sigma;
}
model {
  partyid7 ~ normal(X * beta, sigma);
}
generated quantities {
  real log_lik_total = normal_lpdf(partyid7 | X * beta, sigma);
  vector[9] beta_per_sigma = beta / sigma;
}
